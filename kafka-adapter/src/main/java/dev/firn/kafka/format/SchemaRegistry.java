package dev.firn.kafka.format;

import dev.firn.kafka.format.registry.RegisteredSchemas;
import dev.firn.kafka.format.registry.RegistryAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A schema registry that speaks Confluent's protocol: Confluent's own, Karapace, Apicurio's {@code
 * ccompat}, Redpanda's.
 *
 * <pre>{@code
 * SchemaRegistry registry =
 *     SchemaRegistry.builder(URI.create("https://registry.example.org"))
 *         .basicAuth("ingest", password)
 *         .build();
 * RecordMapper<ConsumerRecord<byte[], byte[]>> mapper = KafkaFormats.avro(registry);
 * }</pre>
 *
 * <p>Safe for threads; one registry is meant to be shared by all mappers, so that a schema is
 * fetched once. A fetch happens in the thread that appends the first record of a schema and takes
 * at most the timeout for each schema asked for (a schema may refer to others). Schemas are kept
 * for ever, ids that are not there for ten seconds. Nothing is to be closed.
 *
 * <p>What a record gets when its schema cannot be had: an id that the registry does not know, or
 * that is no Avro, rejects it. Anything else (no connection, a timeout, a status such as 503 or
 * 401, an answer that is too long or none of a registry) is a {@link
 * org.apache.kafka.common.errors.RetriableException}: the record is read again later.
 *
 * @since 0.1
 */
public final class SchemaRegistry {

  /** Registries answer in milliseconds; one that takes longer than this is down. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

  /** The largest schemas have some 100,000 characters. */
  public static final int DEFAULT_MAX_ANSWER_BYTES = 8 << 20;

  private final RegistryAddress address;
  private final RegisteredSchemas schemas;

  private SchemaRegistry(Builder builder) {
    this.address =
        new RegistryAddress(
            builder.base,
            builder.authorization,
            builder.timeout,
            builder.maxAnswerBytes,
            builder.sslContext);
    this.schemas = new RegisteredSchemas(address, System::nanoTime);
  }

  /**
   * A registry at {@code url}, which may have a path but no user, query or fragment.
   *
   * @throws IllegalArgumentException if it is not such a URL
   */
  public static Builder builder(URI url) {
    return new Builder(url);
  }

  Schema writerSchema(int id) {
    return schemas.schema(id);
  }

  /** The registry's URL, and no secret. */
  @Override
  public String toString() {
    return "SchemaRegistry[" + address + "]";
  }

  /** Collects how to reach a registry. Not safe for threads. */
  public static final class Builder {

    private final URI base;
    private @Nullable String authorization;
    private Duration timeout = DEFAULT_TIMEOUT;
    private int maxAnswerBytes = DEFAULT_MAX_ANSWER_BYTES;
    private @Nullable SSLContext sslContext;

    private Builder(URI url) {
      Objects.requireNonNull(url, "url");
      String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
      if (!scheme.equals("http") && !scheme.equals("https")) {
        throw new IllegalArgumentException("url of a schema registry is http or https");
      }
      // None of it is shown: a secret may be in any of these.
      if (url.getHost() == null
          || url.getRawUserInfo() != null
          || url.getRawQuery() != null
          || url.getRawFragment() != null) {
        throw new IllegalArgumentException(
            "url of a schema registry has a host, and no user, query or fragment; say who asks"
                + " with basicAuth or bearerToken");
      }
      String text = url.toString();
      this.base = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
    }

    /** Asks as {@code user}. Replaces a bearer token. */
    public Builder basicAuth(String user, String password) {
      if (user.indexOf(':') >= 0) {
        throw new IllegalArgumentException("user has a colon, which basic authentication forbids");
      }
      byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
      authorization = "Basic " + Base64.getEncoder().encodeToString(pair);
      return this;
    }

    /** Asks with {@code token}. Replaces a user and password. */
    public Builder bearerToken(String token) {
      if (token.isEmpty() || !token.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
        throw new IllegalArgumentException("token is not one word of ASCII");
      }
      authorization = "Bearer " + token;
      return this;
    }

    /** How long to wait for one answer, to its end. */
    public Builder timeout(Duration newTimeout) {
      if (newTimeout.toMillis() <= 0) {
        throw new IllegalArgumentException("timeout is a millisecond or more, not " + newTimeout);
      }
      timeout = newTimeout;
      return this;
    }

    /** How long an answer may be. */
    public Builder maxAnswerBytes(int bytes) {
      if (bytes <= 0) {
        throw new IllegalArgumentException("maxAnswerBytes is positive, not " + bytes);
      }
      maxAnswerBytes = bytes;
      return this;
    }

    /** Whom to trust over https, and who to be; the JDK's default if not set. */
    public Builder sslContext(SSLContext context) {
      sslContext = Objects.requireNonNull(context, "context");
      return this;
    }

    /** A registry; nothing is asked of it yet. */
    public SchemaRegistry build() {
      return new SchemaRegistry(this);
    }
  }
}
