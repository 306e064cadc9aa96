package dev.firn.internal.commit;

import com.sun.net.httpserver.HttpExchange;
import dev.firn.testkit.rest.RestCatalogServer;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.inmemory.InMemoryFileIO;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.rest.requests.UpdateTableRequest;

/** A REST catalog in memory whose next commit is answered as a test likes. */
final class RestServer extends RestCatalogServer {

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

  private final AtomicReference<Answer> next = new AtomicReference<>(Answer.TRUE);
  private volatile Runnable meanwhile = () -> {};

  RestServer() {
    super(backend());
  }

  private static Catalog backend() {
    InMemoryCatalog backend = new InMemoryCatalog();
    backend.initialize("backend", Map.of("warehouse", "memory:///" + UUID.randomUUID()));
    return backend;
  }

  /** How the next commit is answered; the ones after it are answered as they are. */
  void answerNext(Answer answer, Runnable others) {
    next.set(answer);
    meanwhile = others;
  }

  Catalog client() {
    RESTCatalog catalog = new RESTCatalog();
    catalog.initialize("rest", Map.of("uri", uri(), "io-impl", InMemoryFileIO.class.getName()));
    return catalog;
  }

  @Override
  protected Object update(
      HttpExchange exchange, TableIdentifier table, UpdateTableRequest request) {
    Answer answer = next.getAndSet(Answer.TRUE);
    if (answer == Answer.ERROR) {
      throw injected(500);
    }
    if (answer == Answer.FORBIDDEN) {
      throw injected(403);
    }
    Object result = super.update(exchange, table, request);
    if (answer != Answer.TRUE) {
      meanwhile.run();
      if (answer == Answer.APPLIED_THEN_ERROR) {
        throw injected(500);
      }
      exchange.getResponseHeaders().add("Retry-After", "0");
      throw injected(503);
    }
    return result;
  }

  private static Refusal injected(int status) {
    return new Refusal(status, "Injected");
  }
}
