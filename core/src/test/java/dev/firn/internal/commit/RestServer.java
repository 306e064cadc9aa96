package dev.firn.internal.commit;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.inmemory.InMemoryFileIO;
import org.apache.iceberg.rest.CatalogHandlers;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.rest.RESTCatalogProperties;
import org.apache.iceberg.rest.RESTSerializers;
import org.apache.iceberg.rest.requests.CreateNamespaceRequest;
import org.apache.iceberg.rest.requests.CreateTableRequest;
import org.apache.iceberg.rest.requests.UpdateTableRequest;
import org.apache.iceberg.rest.responses.ErrorResponse;
import org.apache.iceberg.rest.responses.ErrorResponseParser;

/**
 * A REST catalog over real HTTP with Iceberg's own handlers behind it, so that Iceberg's own client
 * with its own retries is what the committer talks to.
 */
final class RestServer implements AutoCloseable {

  /** How a commit is answered. */
  enum Answer {
    /** As it is. */
    TRUE,
    /** Applied, then 503 with Retry-After: the client posts again and gets 409. */
    APPLIED_THEN_UNAVAILABLE,
    /** Applied, then 500. */
    APPLIED_THEN_ERROR,
    /** Not applied, 500. */
    ERROR,
    /** Not applied, 403. */
    FORBIDDEN
  }

  private final InMemoryCatalog backend = new InMemoryCatalog();
  private final ObjectMapper json = new ObjectMapper();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  private final AtomicReference<Answer> next = new AtomicReference<>(Answer.TRUE);
  private volatile Runnable meanwhile = () -> {};

  RestServer() {
    backend.initialize("backend", Map.of("warehouse", "memory:///" + UUID.randomUUID()));
    json.setVisibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY);
    json.configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);
    json.setPropertyNamingStrategy(PropertyNamingStrategies.KebabCaseStrategy.INSTANCE);
    RESTSerializers.registerAll(json);
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  /** How the next commit is answered; the ones after it are answered as they are. */
  void answerNext(Answer answer, Runnable others) {
    next.set(answer);
    meanwhile = others;
  }

  Catalog client() {
    RESTCatalog catalog = new RESTCatalog();
    catalog.initialize(
        "rest",
        Map.of(
            "uri",
            "http://127.0.0.1:" + server.getAddress().getPort(),
            "io-impl",
            InMemoryFileIO.class.getName()));
    return catalog;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Object answer;
      try {
        answer = route(exchange);
      } catch (AlreadyExistsException | CommitFailedException e) {
        error(exchange, 409, e);
        return;
      } catch (NoSuchTableException e) {
        error(exchange, 404, e);
        return;
      } catch (RuntimeException e) {
        error(exchange, 500, e);
        return;
      }
      if (answer instanceof Integer status) {
        RuntimeException why = new IllegalStateException("Injected");
        error(exchange, status, why);
      } else {
        send(exchange, 200, answer == null ? new byte[0] : json.writeValueAsBytes(answer));
      }
    }
  }

  private Object route(HttpExchange exchange) throws IOException {
    String[] path = exchange.getRequestURI().getPath().substring(1).split("/");
    byte[] body = exchange.getRequestBody().readAllBytes();
    String method = exchange.getRequestMethod();
    if (path.length == 2 && path[1].equals("config")) {
      return Map.of("defaults", Map.of(), "overrides", Map.of());
    }
    if (path.length == 2) {
      return CatalogHandlers.createNamespace(
          backend, json.readValue(body, CreateNamespaceRequest.class));
    }
    if (path[path.length - 1].equals("metrics")) {
      return null;
    }
    Namespace namespace = Namespace.of(path[2]);
    if (path.length == 4) {
      return CatalogHandlers.createTable(
          backend, namespace, json.readValue(body, CreateTableRequest.class));
    }
    TableIdentifier table = TableIdentifier.of(namespace, path[4]);
    return switch (method) {
      case "GET" ->
          CatalogHandlers.loadTable(backend, table, RESTCatalogProperties.SnapshotMode.ALL);
      case "DELETE" -> {
        CatalogHandlers.dropTable(backend, table);
        yield null;
      }
      default -> update(exchange, table, json.readValue(body, UpdateTableRequest.class));
    };
  }

  private Object update(HttpExchange exchange, TableIdentifier table, UpdateTableRequest request) {
    Answer answer = next.getAndSet(Answer.TRUE);
    if (answer == Answer.ERROR) {
      return 500;
    }
    if (answer == Answer.FORBIDDEN) {
      return 403;
    }
    Object result = CatalogHandlers.updateTable(backend, table, request);
    if (answer != Answer.TRUE) {
      meanwhile.run();
      if (answer == Answer.APPLIED_THEN_ERROR) {
        return 500;
      }
      exchange.getResponseHeaders().add("Retry-After", "0");
      return 503;
    }
    return result;
  }

  private static void error(HttpExchange exchange, int status, RuntimeException e)
      throws IOException {
    ErrorResponse response =
        ErrorResponse.builder()
            .responseCode(status)
            .withType(e.getClass().getSimpleName())
            .withMessage(String.valueOf(e.getMessage()))
            .build();
    send(exchange, status, ErrorResponseParser.toJson(response).getBytes(StandardCharsets.UTF_8));
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
