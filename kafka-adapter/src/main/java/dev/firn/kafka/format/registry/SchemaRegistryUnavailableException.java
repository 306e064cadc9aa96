package dev.firn.kafka.format.registry;

import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/**
 * The schema registry did not say what the schema of a record is: it is down, too slow, refuses the
 * credentials, or answers what no registry would. The record is not to blame: try it again later.
 *
 * @since 0.1
 */
public final class SchemaRegistryUnavailableException extends RetriableException {

  private static final long serialVersionUID = 1L;

  public SchemaRegistryUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
