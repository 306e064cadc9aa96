package dev.firn.internal.encode;

import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * Names of data files: {@code firn-<stream>-<run>-<n>.parquet}, unique without asking the storage.
 * The stream's id tells whose file it is, the run's UUID which process wrote it. Thread-safe.
 */
public final class FileNames {

  private static final String START = "firn-";
  private static final String END = ".parquet";

  /** The run's UUID and the number. */
  private static final Pattern OURS =
      Pattern.compile(
          Pattern.quote(START)
              + ".+-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}-\\d+"
              + Pattern.quote(END));

  /** Longer ids are cut; object stores and file systems allow names of 255 bytes. */
  private static final int MAX_STREAM_LENGTH = 80;

  private final String prefix;
  private final AtomicLong next = new AtomicLong();

  /** Names for one run of {@code streamId}. */
  public FileNames(String streamId) {
    this(streamId, UUID.randomUUID());
  }

  FileNames(String streamId, UUID run) {
    this.prefix = START + safe(streamId) + "-" + run + "-";
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

  /** A name that was not given before. */
  public String next() {
    return prefix + next.getAndIncrement() + END;
  }
}
