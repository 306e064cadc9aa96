package dev.firn.testkit;

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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.rest.CatalogHandlers;
import org.apache.iceberg.rest.RESTCatalogProperties;
import org.apache.iceberg.rest.RESTSerializers;
import org.apache.iceberg.rest.requests.CreateNamespaceRequest;
import org.apache.iceberg.rest.requests.CreateTableRequest;
import org.apache.iceberg.rest.requests.UpdateTableRequest;
import org.apache.iceberg.rest.responses.ErrorResponse;
import org.apache.iceberg.rest.responses.ErrorResponseParser;
import org.jspecify.annotations.Nullable;

/**
 * A REST catalog over real HTTP: Iceberg's own handlers on another catalog, so that Iceberg's own
 * client with its own retries is what a test talks to. It is healthy; who wants it otherwise
 * overrides what it does with a request, or stands in front of it.
 */
public class RestService implements AutoCloseable {

  static {
    // Or each answer waits 40 ms for an acknowledgement.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  /** An answer that is an error. */
  public static final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int status;

    public Refusal(int status, String message) {
      super(message);
      this.status = status;
    }
  }

  private final Catalog backend;
  private final ObjectMapper json = new ObjectMapper();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "rest-service");
            thread.setDaemon(true);
            return thread;
          });
  private final HttpServer server;

  @SuppressWarnings("this-escape") // the server begins when all else is there
  public RestService(Catalog backend) {
    this.backend = backend;
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

  public final int port() {
    return server.getAddress().getPort();
  }

  public final String uri() {
    return "http://127.0.0.1:" + port();
  }

  /** Where requests are worked on. */
  protected final ExecutorService threads() {
    return threads;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      Object answer;
      try {
        answer = answer(exchange, body);
      } catch (RuntimeException e) {
        error(exchange, status(e), e);
        return;
      }
      send(exchange, 200, answer == null ? new byte[0] : json.writeValueAsBytes(answer));
    }
  }

  private static int status(RuntimeException problem) {
    if (problem instanceof Refusal refusal) {
      return refusal.status;
    } else if (problem instanceof AlreadyExistsException
        || problem instanceof CommitFailedException) {
      return 409;
    }
    return problem instanceof NoSuchTableException || problem instanceof NoSuchNamespaceException
        ? 404
        : 500;
  }

  /**
   * What a request is answered with, as JSON; null for nothing.
   *
   * @throws Refusal to answer with an error of its own
   */
  protected @Nullable Object answer(HttpExchange exchange, byte[] body) {
    try {
      return route(exchange, body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private @Nullable Object route(HttpExchange exchange, byte[] body) throws IOException {
    String[] path = exchange.getRequestURI().getPath().substring(1).split("/");
    String method = exchange.getRequestMethod();
    if (path.length == 2 && path[1].equals("config")) {
      return Map.of("defaults", Map.of(), "overrides", Map.of());
    }
    if (path.length == 2) {
      return CatalogHandlers.createNamespace(
          (SupportsNamespaces) backend, json.readValue(body, CreateNamespaceRequest.class));
    }
    if (path[path.length - 1].equals("metrics")) {
      return null;
    }
    Namespace namespace = Namespace.of(path[2]);
    if (path.length == 3) {
      return CatalogHandlers.loadNamespace((SupportsNamespaces) backend, namespace);
    }
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

  /** A commit. */
  protected Object update(
      HttpExchange exchange, TableIdentifier table, UpdateTableRequest request) {
    return CatalogHandlers.updateTable(backend, table, request);
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
