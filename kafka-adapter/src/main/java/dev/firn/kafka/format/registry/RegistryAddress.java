package dev.firn.kafka.format.registry;

import java.net.URI;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How a registry is reached.
 *
 * @param base without a slash at its end
 * @param authorization the header's value, null for none
 * @param timeout for a whole answer
 * @param maxAnswerBytes what an answer may have
 * @param sslContext for https, null for the JDK's
 */
public record RegistryAddress(
    URI base,
    @Nullable String authorization,
    Duration timeout,
    int maxAnswerBytes,
    @Nullable SSLContext sslContext) {

  /** Tells no secret. */
  @Override
  public String toString() {
    return base.toString();
  }
}
