package dev.firn.kafka;

import dev.firn.api.error.BufferFullException;
import dev.firn.api.error.CommitConflictException;
import dev.firn.api.error.CommitUnknownException;
import dev.firn.api.error.StaleTokenException;
import dev.firn.api.error.StorageException;
import dev.firn.api.error.WriterFailedException;
import dev.firn.api.error.WriterFencedException;
import dev.firn.api.error.WriterInterruptedException;
import java.util.List;
import org.apache.kafka.common.errors.RetriableException;

/** Which problems may be gone when the table is opened anew and its positions are read again. */
final class Recovery {

  /** A fenced writer too: its partitions may be ours again, and Kafka knows whether they are. */
  private static final List<Class<? extends RuntimeException>> WORTH_A_TRY =
      List.of(
          StorageException.class,
          CommitConflictException.class,
          CommitUnknownException.class,
          StaleTokenException.class,
          WriterFencedException.class,
          WriterFailedException.class,
          WriterInterruptedException.class,
          BufferFullException.class,
          RetriableException.class);

  private Recovery() {}

  static boolean isWorthATry(Throwable problem) {
    return WORTH_A_TRY.stream().anyMatch(kind -> kind.isInstance(problem));
  }
}
