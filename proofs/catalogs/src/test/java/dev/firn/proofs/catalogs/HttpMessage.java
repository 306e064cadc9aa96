package dev.firn.proofs.catalogs;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** A request as it came over the wire, and how an answer goes back. One message per connection. */
record HttpMessage(String method, String path, Map<String, String> headers, byte[] body) {

  private static final Pattern TABLE = Pattern.compile("/v1/namespaces/[^/]+/tables/[^/]+");

  /** Null if the client closed without a word. */
  static HttpMessage read(InputStream in) throws IOException {
    String first = line(in);
    if (first.isEmpty()) {
      return null;
    }
    Map<String, String> headers = new TreeMap<>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).trim());
    }
    if (headers.containsKey("transfer-encoding")) {
      throw new IOException("No chunked requests here");
    }
    String[] words = first.split(" ");
    byte[] body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
    return new HttpMessage(words[0], words[1], headers, body);
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }

  /** Whether it changes a table. */
  boolean isCommit() {
    return method.equals("POST") && TABLE.matcher(path).matches();
  }

  /** An answer. */
  record Reply(int status, String extraHeader, byte[] body) {

    void write(OutputStream out) throws IOException {
      String head =
          "HTTP/1.1 "
              + status
              + " Answer\r\nContent-Type: application/json\r\nConnection: close\r\n"
              + extraHeader
              + "Content-Length: "
              + body.length
              + "\r\n\r\n";
      out.write(head.getBytes(StandardCharsets.ISO_8859_1));
      out.write(body);
      out.flush();
    }
  }
}
