package dev.firn.proofs.objects;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One HTTP request, byte for byte: its signature covers the headers, so nothing signed is touched.
 *
 * @param start method, target and version
 * @param headers the header lines that are passed on
 * @param body as it is on the wire
 */
record WireRequest(String start, List<String> headers, byte[] body) {

  private static final int MAX_HEAD_BYTES = 64 << 10;

  WireRequest {
    headers = List.copyOf(headers);
  }

  /** Reads one request, and answers a client that wants to be told to go on. */
  static WireRequest read(InputStream in, OutputStream out) throws IOException {
    String[] lines = head(in).split("\r\n");
    List<String> headers = new ArrayList<>();
    int length = 0;
    for (int i = 1; i < lines.length; i++) {
      String name = lines[i].substring(0, lines[i].indexOf(':')).toLowerCase(Locale.ROOT);
      String value = lines[i].substring(lines[i].indexOf(':') + 1).trim();
      switch (name) {
        case "content-length" -> {
          length = Integer.parseInt(value);
          headers.add(lines[i]);
        }
        case "transfer-encoding" -> throw new IOException("no length: " + lines[0]);
        case "connection" -> {}
        case "expect" -> {
          out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
          out.flush();
        }
        default -> headers.add(lines[i]);
      }
    }
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new EOFException("half a request");
    }
    return new WireRequest(lines[0], headers, body);
  }

  private static String head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int newLines = 0;
    while (newLines < 4) {
      int next = in.read();
      if (next < 0 || head.size() > MAX_HEAD_BYTES) {
        throw new EOFException("no request");
      }
      head.write(next);
      newLines = next == (newLines % 2 == 0 ? '\r' : '\n') ? newLines + 1 : 0;
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  StoreCall call() {
    String[] parts = start.split(" ");
    return StoreCall.of(parts[0], parts[1]);
  }

  /** The same request with one more header, which the signature does not cover. */
  WireRequest with(String header) {
    List<String> more = new ArrayList<>(headers);
    more.add(header);
    return new WireRequest(start, more, body);
  }

  /** The bytes to send; one request for each connection. */
  byte[] bytes() {
    String head = start + "\r\n" + String.join("\r\n", headers) + "\r\nConnection: close\r\n\r\n";
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
    bytes.writeBytes(body);
    return bytes.toByteArray();
  }
}
