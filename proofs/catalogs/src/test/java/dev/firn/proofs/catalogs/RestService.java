package dev.firn.proofs.catalogs;

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

/** A healthy REST catalog over HTTP: Iceberg's own handlers on another catalog. */
final class RestService implements AutoCloseable {

  static {
    // Or each answer waits 40 ms for an acknowledgement.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final Catalog backend;
  private final ObjectMapper json = new ObjectMapper();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;

  RestService(Catalog backend) {
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

  int port() {
    return server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Object answer;
      try {
        answer = route(exchange);
      } catch (AlreadyExistsException | CommitFailedException e) {
        error(exchange, 409, e);
        return;
      } catch (NoSuchTableException | NoSuchNamespaceException e) {
        error(exchange, 404, e);
        return;
      } catch (RuntimeException e) {
        error(exchange, 500, e);
        return;
      }
      send(exchange, 200, answer == null ? new byte[0] : json.writeValueAsBytes(answer));
    }
  }

  private Object route(HttpExchange exchange) throws IOException {
    String[] path = exchange.getRequestURI().getPath().substring(1).split("/");
    byte[] body = exchange.getRequestBody().readAllBytes();
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
    return exchange.getRequestMethod().equals("GET")
        ? CatalogHandlers.loadTable(backend, table, RESTCatalogProperties.SnapshotMode.ALL)
        : CatalogHandlers.updateTable(
            backend, table, json.readValue(body, UpdateTableRequest.class));
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
