package dev.firn.internal.encode;

import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * Names of files: {@code firn-<stream>-<run>-<n>.parquet}, unique without asking the storage. The
 * stream's id tells whose file it is, the run's UUID which process wrote it, and the end what is in
 * it: rows, a deletion vector ({@code .puffin}), position deletes ({@code -deletes.parquet}) or
 * equality deletes ({@code -equality-deletes.parquet}). Thread-safe.
 */
public final class FileNames {

  private static final String START = "firn-";
  private static final String ROWS = ".parquet";
  private static final String POSITION_DELETES = "-deletes.parquet";
  private static final String EQUALITY_DELETES = "-equality-deletes.parquet";
  private static final String DELETION_VECTOR = ".puffin";

  /** The run's UUID, the number, and one of the ends. */
  private static final Pattern OURS =
      Pattern.compile(
          Pattern.quote(START)
              + ".+-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}-\\d+"
              + "(((-equality)?-deletes)?\\.parquet|\\.puffin)");

  /** Longer ids are cut; object stores and file systems allow names of 255 bytes. */
  private static final int MAX_STREAM_LENGTH = 80;

  private final String prefix;
  private final String end;
  private final AtomicLong next;

  /** Names for one run of {@code streamId}. */
  public FileNames(String streamId) {
    this(streamId, UUID.randomUUID());
  }

  FileNames(String streamId, UUID run) {
    this(START + safe(streamId) + "-" + run + "-", ROWS, new AtomicLong());
  }

  private FileNames(String prefix, String end, AtomicLong next) {
    this.prefix = prefix;
    this.end = end;
    this.next = next;
  }

  /** The id with everything but ASCII letters, digits, dot and underscore made a dash. */
  private static String safe(String streamId) {
    String cut =
        streamId.length() > MAX_STREAM_LENGTH ? streamId.substring(0, MAX_STREAM_LENGTH) : streamId;
    return cut.replaceAll("[^A-Za-z0-9._]", "-");
  }

  /** Whether a writer of Firn gave this name. */
  public static boolean isOurs(String name) {
    return OURS.matcher(name).matches();
  }

  /** Names of the same run for files of position deletes. */
  FileNames ofPositionDeletes() {
    return new FileNames(prefix, POSITION_DELETES, next);
  }

  /** Names of the same run for files of equality deletes. */
  FileNames ofEqualityDeletes() {
    return new FileNames(prefix, EQUALITY_DELETES, next);
  }

  /** Names of the same run for deletion vectors. */
  FileNames ofDeletionVectors() {
    return new FileNames(prefix, DELETION_VECTOR, next);
  }

  /** A name that was not given before. */
  public String next() {
    return prefix + next.getAndIncrement() + end;
  }
}
