package dev.firn.proofs.objects;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.rest.CatalogHandlers;
import org.apache.iceberg.rest.RESTCatalogProperties;
import org.apache.iceberg.rest.RESTSerializers;
import org.apache.iceberg.rest.requests.UpdateTableRequest;
import org.apache.iceberg.rest.responses.ErrorResponse;
import org.apache.iceberg.rest.responses.ErrorResponseParser;

/**
 * A REST catalog over HTTP: Iceberg's own handlers on a catalog whose metadata is in the faulty
 * store, behind a gateway that answers in the server's place when the server takes too long. The
 * server goes on nevertheless.
 */
final class CatalogServer implements AutoCloseable {

  /** How long the gateway waits. Healthy requests take a tenth; a read that is late takes more. */
  private static final Duration GATEWAY_PATIENCE = Duration.ofMillis(2500);

  private static final Duration NO_END = Duration.ofMinutes(5);

  private final Catalog backend;
  private final ObjectMapper json = new ObjectMapper();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "catalog-server");
            thread.setDaemon(true);
            return thread;
          });
  private final HttpServer server;
  private volatile int gatewayStatus;

  CatalogServer(Catalog backend) throws IOException {
    this.backend = backend;
    json.setVisibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY);
    json.configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);
    json.setPropertyNamingStrategy(PropertyNamingStrategies.KebabCaseStrategy.INSTANCE);
    RESTSerializers.registerAll(json);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  String uri() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** What is answered for a server that is late: 503 (with Retry-After), 504; 0: it is awaited. */
  void gatewayAnswers(int status) {
    gatewayStatus = status;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      CompletableFuture<Object> answer =
          CompletableFuture.supplyAsync(() -> route(exchange, body), threads);
      try {
        Duration patience = gatewayStatus == 0 ? NO_END : GATEWAY_PATIENCE;
        Object done = answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        send(exchange, 200, json.writeValueAsBytes(done));
      } catch (TimeoutException e) {
        exchange.getResponseHeaders().add("Retry-After", "0");
        error(exchange, gatewayStatus, e);
      } catch (ExecutionException e) {
        error(exchange, status(e.getCause()), e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static int status(Throwable problem) {
    if (problem instanceof CommitFailedException) {
      return 409;
    }
    return problem instanceof NoSuchTableException ? 404 : 500;
  }

  private Object route(HttpExchange exchange, byte[] body) {
    String[] path = exchange.getRequestURI().getPath().substring(1).split("/");
    if (path[path.length - 1].equals("config")) {
      return Map.of("defaults", Map.of(), "overrides", Map.of());
    }
    if (path[path.length - 1].equals("metrics")) {
      return Map.of();
    }
    TableIdentifier table = TableIdentifier.of(Namespace.of(path[2]), path[4]);
    if (exchange.getRequestMethod().equals("GET")) {
      return CatalogHandlers.loadTable(backend, table, RESTCatalogProperties.SnapshotMode.ALL);
    }
    try {
      return CatalogHandlers.updateTable(
          backend, table, json.readValue(body, UpdateTableRequest.class));
    } catch (IOException e) {
      throw new IllegalArgumentException("not an update", e);
    }
  }

  private static void error(HttpExchange exchange, int status, Throwable e) throws IOException {
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
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
