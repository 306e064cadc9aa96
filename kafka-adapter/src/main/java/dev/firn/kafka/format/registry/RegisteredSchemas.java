package dev.firn.kafka.format.registry;

import dev.firn.api.error.RecordRejectedException;
import dev.firn.kafka.format.values.Refusals;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The Avro schemas of a registry by id, each fetched once. Safe for threads; two that ask for the
 * same id wait for one fetch.
 */
public final class RegisteredSchemas {

  /** Ids that are kept; an id never changes its schema. */
  private static final int MAX_KEPT = 10_000;

  /** Schemas that one schema may use, directly and by others. */
  private static final int MAX_REFERENCES = 1_000;

  private static final int MAX_REFERENCE_DEPTH = 100;

  /** For so long an id that is not there is not asked for again: bad records come in crowds. */
  private static final long REFUSED_NANOS = 10_000_000_000L;

  private final RegistryHttp http;
  private final LongSupplier nanoTime;
  private final Map<Integer, Known> known = new ConcurrentHashMap<>();

  /**
   * @param nanoTime a clock that only goes forward
   */
  public RegisteredSchemas(RegistryAddress address, LongSupplier nanoTime) {
    this.http = new RegistryHttp(address);
    this.nanoTime = nanoTime;
  }

  /** A schema, or why there is none and until when that is believed. */
  private record Known(@Nullable Schema schema, String reason, long untilNanos) {}

  /**
   * The schema of {@code id}.
   *
   * @throws RecordRejectedException if the registry has none, or none that is Avro
   * @throws SchemaRegistryUnavailableException if it does not say
   */
  public Schema schema(int id) {
    Known answer = known.get(id);
    if (answer == null || isStale(answer)) {
      if (known.size() >= MAX_KEPT) {
        known.clear();
      }
      answer = known.compute(id, (key, old) -> old == null || isStale(old) ? fetch(key) : old);
    }
    if (answer.schema() == null) {
      throw Refusals.record(answer.reason(), "register the schema, or repair the producer");
    }
    return answer.schema();
  }

  private boolean isStale(Known answer) {
    return answer.schema() == null && nanoTime.getAsLong() - answer.untilNanos() >= 0;
  }

  private Known fetch(int id) {
    RegistryAnswer answer = get("/schemas/ids/" + id);
    if (answer == null) {
      return refused("the registry has no schema of the id " + id);
    } else if (!answer.isAvro()) {
      return refused("the schema of the id " + id + " is no Avro but " + answer.type());
    }
    try {
      Schema.Parser parser =
          new Schema.Parser(NameValidator.NO_VALIDATION).setValidateDefaults(false);
      addReferences(answer, parser, new HashSet<>(), 0);
      return new Known(parser.parse(answer.schema()), "", 0);
    } catch (UnusableSchemaException | AvroRuntimeException e) {
      return refused("the schema of the id " + id + " cannot be used: " + e.getMessage());
    }
  }

  private Known refused(String reason) {
    return new Known(null, reason, nanoTime.getAsLong() + REFUSED_NANOS);
  }

  /** Makes the names that {@code answer} uses known to {@code parser}, innermost first. */
  private void addReferences(
      RegistryAnswer answer, Schema.Parser parser, Set<RegistryAnswer.Reference> seen, int depth)
      throws UnusableSchemaException {
    for (RegistryAnswer.Reference reference : answer.references()) {
      if (!seen.add(reference)) {
        continue;
      }
      if (seen.size() > MAX_REFERENCES || depth > MAX_REFERENCE_DEPTH) {
        throw new UnusableSchemaException("it refers to too many others");
      }
      String subject = URLEncoder.encode(reference.subject(), StandardCharsets.UTF_8);
      RegistryAnswer referred =
          get("/subjects/" + subject.replace("+", "%20") + "/versions/" + reference.version());
      if (referred == null) {
        throw new UnusableSchemaException(
            "it refers to version "
                + reference.version()
                + " of "
                + reference.subject()
                + ", which is not there");
      }
      addReferences(referred, parser, seen, depth + 1);
      parser.parse(referred.schema());
    }
  }

  /** The answer, or null if there is no such thing. */
  private @Nullable RegistryAnswer get(String path) {
    HttpResponse<byte[]> answer = http.get(path);
    if (answer.statusCode() == RegistryHttp.NOT_FOUND) {
      return null;
    } else if (answer.statusCode() != RegistryHttp.OK) {
      throw http.unavailable(path, whyNot(answer.statusCode()), null);
    }
    try {
      return RegistryAnswer.parse(answer.body());
    } catch (IOException e) {
      throw http.unavailable(path, "gave an answer that cannot be read", e);
    }
  }

  private static String whyNot(int status) {
    return switch (status) {
      case 401, 403 -> "refuses the credentials, with the status " + status;
      default -> "answered with the status " + status;
    };
  }

  /** The registry has answered, and the schema is of no use. */
  private static final class UnusableSchemaException extends Exception {

    private static final long serialVersionUID = 1L;

    UnusableSchemaException(String message) {
      super(message);
    }
  }
}
