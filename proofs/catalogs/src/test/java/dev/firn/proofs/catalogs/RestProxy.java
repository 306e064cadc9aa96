package dev.firn.proofs.catalogs;

import dev.firn.proofs.catalogs.HttpMessage.Reply;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/** Stands between a REST catalog and its clients, and hurts commits. */
final class RestProxy implements AutoCloseable {

  /** A request whose client has been sent away, but which will arrive yet. */
  private record Held(HttpMessage request, Strike strike) {}

  private static final Set<String> OWN_HEADERS =
      Set.of("host", "connection", "content-length", "accept-encoding", "expect", "upgrade");

  private final HttpClient upstream =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final int upstreamPort;
  private final Duration slow;
  private final AtomicReference<Strike> next = new AtomicReference<>();
  private final AtomicReference<Held> held = new AtomicReference<>();
  private final Gate gate;

  RestProxy(int upstreamPort, Duration slow) {
    this.upstreamPort = upstreamPort;
    this.slow = slow;
    this.gate = new Gate(this::serve);
  }

  int port() {
    return gate.port();
  }

  void strikeNext(Strike strike) {
    next.set(strike);
  }

  void heal() {
    gate.reopen();
  }

  private void serve(Socket socket) throws IOException {
    HttpMessage request = HttpMessage.read(socket.getInputStream());
    if (request == null) {
      return;
    }
    Strike strike = request.isCommit() ? next.getAndSet(null) : null;
    if (strike != null) {
      strike(strike, request, socket);
    } else {
      Held late = request.isCommit() ? held.getAndSet(null) : null;
      Reply reply = late == null ? forward(request) : withLate(late, request);
      reply.write(socket.getOutputStream());
    }
  }

  private void strike(Strike strike, HttpMessage request, Socket socket) throws IOException {
    Fault fault = strike.fault;
    switch (fault) {
      case LATE, OVERTAKEN -> {
        held.set(new Held(request, strike));
        says(500).write(socket.getOutputStream());
      }
      case SWAPPED -> {
        strike.meanwhile();
        forward(request).write(socket.getOutputStream());
      }
      default -> {
        Reply reply = fault.applied ? forward(request) : null;
        strike.meanwhile();
        answer(fault, request, reply, socket);
      }
    }
  }

  private void answer(Fault fault, HttpMessage request, Reply reply, Socket socket)
      throws IOException {
    switch (fault) {
      case CUT, CUT_APPLIED -> Gate.reset(socket);
      case DARK, DARK_APPLIED -> gate.shut(socket);
      case SILENT, SILENT_APPLIED -> awaitHangUp(socket);
      case SLOW -> {
        pause(slow);
        reply.write(socket.getOutputStream());
      }
      case DOUBLED_FIRST_ANSWER -> {
        forward(request);
        reply.write(socket.getOutputStream());
      }
      case DOUBLED_SECOND_ANSWER -> forward(request).write(socket.getOutputStream());
      default -> says(fault.status).write(socket.getOutputStream());
    }
  }

  /** The late request comes before or after the one that was sent in its place. */
  private Reply withLate(Held late, HttpMessage request) throws IOException {
    if (late.strike().fault == Fault.LATE) {
      forward(late.request());
      late.strike().meanwhile();
      return forward(request);
    }
    Reply reply = forward(request);
    forward(late.request());
    late.strike().meanwhile();
    return reply;
  }

  private static void awaitHangUp(Socket socket) throws IOException {
    while (socket.getInputStream().read() >= 0) {}
  }

  @SuppressWarnings("ThreadSleep")
  private static void pause(Duration howLong) throws IOException {
    try {
      Thread.sleep(howLong.toMillis());
    } catch (InterruptedException e) {
      throw new InterruptedIOException();
    }
  }

  private static Reply says(int status) {
    String body =
        "{\"error\":{\"message\":\"Injected\",\"type\":\"Injected\",\"code\":" + status + "}}";
    return new Reply(
        status,
        status == 503 || status == 429 ? "Retry-After: 1\r\n" : "",
        body.getBytes(StandardCharsets.UTF_8));
  }

  private Reply forward(HttpMessage request) throws IOException {
    HttpRequest.Builder copy =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + upstreamPort + request.path()))
            .method(request.method(), BodyPublishers.ofByteArray(request.body()));
    request
        .headers()
        .forEach(
            (name, value) -> {
              if (!OWN_HEADERS.contains(name)) {
                copy.header(name, value);
              }
            });
    try {
      HttpResponse<byte[]> answer = upstream.send(copy.build(), BodyHandlers.ofByteArray());
      return new Reply(answer.statusCode(), "", answer.body());
    } catch (InterruptedException e) {
      throw new InterruptedIOException();
    }
  }

  @Override
  public void close() {
    gate.close();
  }
}
