package dev.firn.kafka.format;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A schema registry that speaks as much of Confluent's protocol as reading takes. */
public final class FakeRegistry implements AutoCloseable {

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, String> answers = new ConcurrentHashMap<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  /** What the next requests get instead of their answer. */
  private volatile int status = 200;

  private volatile boolean silent;
  private volatile @Nullable String wantedAuthorization;

  public FakeRegistry() {
    this(0);
  }

  /** On a port that another had, or on any if it is 0. */
  public FakeRegistry(int port) {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + port() + "/base/");
  }

  public int port() {
    return server.getAddress().getPort();
  }

  public SchemaRegistry client() {
    return SchemaRegistry.builder(url()).build();
  }

  /** Registers an Avro schema that refers to nothing. */
  public void put(int id, String schema) {
    put("/schemas/ids/" + id, "{\"schema\":" + quoted(schema) + "}");
  }

  void put(String path, String answer) {
    answers.put("/base" + path, answer);
  }

  static String quoted(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  /** In Confluent's wire format. */
  public static byte[] framed(int id, byte[] body) {
    return ByteBuffer.allocate(5 + body.length).put((byte) 0).putInt(id).put(body).array();
  }

  public void answerWith(int newStatus) {
    status = newStatus;
  }

  void stopInTheMiddleOfAnswers() {
    silent = true;
  }

  void want(String authorization) {
    wantedAuthorization = authorization;
  }

  /** The paths that were asked for, in order. */
  public List<String> asked() {
    return asked;
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getRawPath();
    asked.add(path.replaceFirst("/base", ""));
    String answer = answers.get(path);
    int code = status != 200 ? status : answer == null ? 404 : 200;
    String wanted = wantedAuthorization;
    if (wanted != null && !wanted.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
      code = 401;
    }
    byte[] body =
        code == 200 && answer != null
            ? answer.getBytes(StandardCharsets.UTF_8)
            : "{\"error_code\":40403,\"message\":\"secret\"}".getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Location", "/base/elsewhere");
    if (silent) {
      exchange.sendResponseHeaders(code, body.length);
      exchange.getResponseBody().write(body, 0, 1);
      exchange.getResponseBody().flush();
      awaitClose();
    } else {
      exchange.sendResponseHeaders(code, body.length);
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }

  private void awaitClose() {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
