package dev.firn.kafka.format.registry;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One GET after the other to one registry; safe for threads. */
final class RegistryHttp {

  static final int OK = 200;
  static final int NOT_FOUND = 404;

  private final URI base;
  private final HttpClient client;
  private final @Nullable String authorization;
  private final Duration timeout;
  private final int maxAnswerBytes;

  RegistryHttp(RegistryAddress address) {
    this.base = address.base();
    this.authorization = address.authorization();
    this.timeout = address.timeout();
    this.maxAnswerBytes = address.maxAnswerBytes();
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .connectTimeout(timeout)
            .followRedirects(HttpClient.Redirect.NEVER); // credentials go where they were meant to
    if (address.sslContext() != null) {
      builder.sslContext(address.sslContext());
    }
    this.client = builder.build();
  }

  /**
   * Asks for {@code path}, which starts with a slash and is encoded. The answer may have any
   * status; its body is empty unless that is {@link #OK}.
   *
   * @throws SchemaRegistryUnavailableException if there is no whole answer within the timeout
   */
  HttpResponse<byte[]> get(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path))
            .timeout(timeout)
            .header("Accept", "application/vnd.schemaregistry.v1+json, application/json");
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    // The request's own timeout ends with the headers; this one is for the body too.
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(request.build(), BoundedBody.handler(maxAnswerBytes));
    try {
      return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw unavailable(path, "did not answer within " + timeout, e);
    } catch (ExecutionException e) {
      Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
      String what =
          cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
      throw unavailable(path, "cannot be asked: " + what, cause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable(path, "was not waited for, the thread was interrupted", e);
    } finally {
      answer.cancel(true);
    }
  }

  SchemaRegistryUnavailableException unavailable(
      String path, String what, @Nullable Throwable cause) {
    return new SchemaRegistryUnavailableException(
        "the schema registry "
            + base
            + " "
            + what
            + " (GET "
            + path
            + "); the record is read again"
            + " when it answers",
        cause);
  }

  /** A bound was passed; the exception says which. */
  static final class TooLongException extends IOException {

    private static final long serialVersionUID = 1L;

    TooLongException(int maxBytes) {
      super("its answer is longer than " + maxBytes + " bytes");
    }
  }
}
