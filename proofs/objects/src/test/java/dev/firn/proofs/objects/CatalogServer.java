package dev.firn.proofs.objects;

import com.sun.net.httpserver.HttpExchange;
import dev.firn.testkit.rest.RestCatalogServer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.iceberg.catalog.Catalog;

/**
 * A REST catalog whose metadata is in the faulty store, behind a gateway that answers in the
 * server's place when the server takes too long. The server goes on nevertheless.
 */
final class CatalogServer extends RestCatalogServer {

  /** How long the gateway waits. Healthy requests take a tenth; a read that is late takes more. */
  private static final Duration GATEWAY_PATIENCE = Duration.ofMillis(2500);

  private static final Duration NO_END = Duration.ofMinutes(5);

  private volatile int gatewayStatus;

  CatalogServer(Catalog backend) {
    super(backend);
  }

  /** What is answered for a server that is late: 503 (with Retry-After), 504; 0: it is awaited. */
  void gatewayAnswers(int status) {
    gatewayStatus = status;
  }

  @Override
  protected Object answer(HttpExchange exchange, byte[] body) {
    CompletableFuture<Object> answer =
        CompletableFuture.supplyAsync(() -> super.answer(exchange, body), threads());
    Duration patience = gatewayStatus == 0 ? NO_END : GATEWAY_PATIENCE;
    try {
      return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      exchange.getResponseHeaders().add("Retry-After", "0");
      throw new Refusal(gatewayStatus, "the server is late");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException problem
          ? problem
          : new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Refusal(500, "the gateway is closing");
    }
  }
}
