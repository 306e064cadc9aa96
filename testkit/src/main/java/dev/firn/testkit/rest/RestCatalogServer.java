package dev.firn.testkit.rest;

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
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.NamespaceNotEmptyException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.rest.requests.UpdateTableRequest;
import org.apache.iceberg.rest.responses.ErrorResponse;
import org.apache.iceberg.rest.responses.ErrorResponseParser;
import org.jspecify.annotations.Nullable;

/**
 * A REST catalog in this process, over real HTTP on a free port of the loopback address: Iceberg's
 * own handlers on another catalog, so that Iceberg's own {@code RESTCatalog}, with its own retries,
 * is what a test or an example talks to.
 *
 * <p>It knows namespaces and tables; no views, no transactions over several tables, and nobody has
 * to say who he is. It is healthy; who wants it otherwise overrides what it does with a request, or
 * stands in front of it.
 *
 * <p>Requests are worked on side by side, and so are the calls of the catalog behind. The opener
 * closes it, and that catalog afterwards.
 *
 * @since 0.1
 */
public class RestCatalogServer implements AutoCloseable {

  static {
    // Or each answer waits 40 ms for an acknowledgement.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  /** An answer that is an error. */
  public static final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int status;

    /** An HTTP status, and what the client reads beside it. */
    public Refusal(int status, String message) {
      super(message);
      this.status = status;
    }
  }

  private final RestRoutes routes;
  private final RestJson json = new RestJson();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "rest-catalog");
            thread.setDaemon(true);
            return thread;
          });
  private final HttpServer server;

  /** Starts on {@code backend}, whose tables it serves; clients bring all other settings. */
  public RestCatalogServer(Catalog backend) {
    this(backend, Map.of());
  }

  /**
   * As {@link #RestCatalogServer(Catalog)}, with properties that clients are told when they begin:
   * where files are and how to get at them, say. A client's own win.
   */
  @SuppressWarnings("this-escape") // the server begins when all else is there
  public RestCatalogServer(Catalog backend, Map<String, String> clientProperties) {
    this.routes = new RestRoutes(backend, clientProperties, json, this::update);
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  /** The port that it listens at. */
  public final int port() {
    return server.getAddress().getPort();
  }

  /** What clients call {@code uri}. */
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
        send(exchange, status(e), error(e));
        return;
      }
      if (answer == null) {
        exchange.sendResponseHeaders(204, -1);
      } else {
        send(exchange, 200, json.write(answer));
      }
    }
  }

  /**
   * What a request is answered with, as JSON; null for nothing. Any of {@link #threads()}.
   *
   * @throws Refusal to answer with an error of its own
   */
  protected @Nullable Object answer(HttpExchange exchange, byte[] body) {
    try {
      return routes.answer(exchange, body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A commit, answered with the table's new metadata. Any of {@link #threads()}.
   *
   * @throws Refusal to answer with an error of its own
   */
  protected Object update(
      HttpExchange exchange, TableIdentifier table, UpdateTableRequest request) {
    return routes.update(table, request);
  }

  /** What is not known for sure is a 500: then a client does not take a commit for refused. */
  private static int status(RuntimeException problem) {
    if (problem instanceof Refusal refusal) {
      return refusal.status;
    } else if (problem instanceof AlreadyExistsException
        || problem instanceof CommitFailedException
        || problem instanceof NamespaceNotEmptyException) {
      return 409;
    } else if (problem instanceof NoSuchTableException
        || problem instanceof NoSuchNamespaceException) {
      return 404;
    } else if (problem instanceof UnsupportedOperationException) {
      return 406;
    }
    return problem instanceof BadRequestException ? 400 : 500;
  }

  private static byte[] error(RuntimeException problem) {
    ErrorResponse response =
        ErrorResponse.builder()
            .responseCode(status(problem))
            .withType(problem.getClass().getSimpleName())
            .withMessage(String.valueOf(problem.getMessage()))
            .build();
    return ErrorResponseParser.toJson(response).getBytes(StandardCharsets.UTF_8);
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, head ? -1 : body.length);
    if (!head) {
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
