package dev.firn.internal.keys;

import dev.firn.api.error.IndexFullException;
import dev.firn.api.error.StorageException;
import dev.firn.internal.keys.RowNumbers.Packed;
import dev.firn.internal.local.LocalSync;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * What an {@link IndexCheckpoint} has no place for: the versions of rows and of deletes, in a file
 * beside it. Its number is for the checkpoint's header to say, so that the two belong together: it
 * is written before the checkpoint, and the one before goes after it.
 */
public final class VersionsFile {

  /** "firn-ver" in ASCII. */
  private static final long MARK = 0x6669726e2d766572L;

  private static final int VERSION = 1;

  private static final int END = -1;

  private static final String NAME = "versions-";

  private VersionsFile() {}

  private static Path file(Path directory, long number) {
    return directory.resolve(NAME + Long.toUnsignedString(number, Character.MAX_RADIX));
  }

  // Streams of java.io, for an interrupt closes channels.

  /**
   * Writes all that is there.
   *
   * @param number that no file there has
   * @throws StorageException if it cannot be written
   */
  public static void write(
      Path directory, long number, Segments segments, RowNumbers rows, Tombstones tombstones) {
    Path file = file(directory, number);
    CRC32C crc = new CRC32C();
    try (DataOutputStream out =
        new DataOutputStream(
            new BufferedOutputStream(
                new CheckedOutputStream(new FileOutputStream(file.toFile()), crc)))) {
      out.writeLong(MARK);
      out.writeInt(VERSION);
      for (int segment = 0; segment < segments.size(); segment++) {
        Packed packed = segments.lives(segment) ? rows.packed(segment) : null;
        if (packed != null) {
          out.writeInt(segment);
          out.writeLong(packed.lowest());
          out.writeByte(packed.width());
          out.write(packed.codes());
        }
      }
      out.writeInt(END);
      tombstones.write(out);
      out.flush();
      out.writeInt((int) crc.getValue());
    } catch (IOException e) {
      throw failure(file, "written", e);
    }
    try {
      LocalSync.file(file);
    } catch (IOException e) {
      throw failure(file, "written", e);
    }
  }

  /**
   * Reads what was written.
   *
   * @param segments that were written with it
   * @param rows empty
   * @param tombstones empty
   * @throws IOException if it is not there, cannot be read, or is damaged; {@code rows} and {@code
   *     tombstones} are to be cleared
   * @throws IndexFullException if there is no memory for it; likewise
   */
  public static void read(
      Path directory, long number, Segments segments, RowNumbers rows, Tombstones tombstones)
      throws IOException {
    Path file = file(directory, number);
    long size = Files.size(file);
    CRC32C crc = new CRC32C();
    try (DataInputStream in =
        new DataInputStream(
            new CheckedInputStream(
                new BufferedInputStream(new FileInputStream(file.toFile())), crc))) {
      if (in.readLong() != MARK || in.readInt() != VERSION) {
        throw new IOException("it is of another version");
      }
      for (int segment = in.readInt(); segment != END; segment = in.readInt()) {
        readSegment(in, segment, segments, rows, size);
      }
      tombstones.read(in, size);
      int check = (int) crc.getValue();
      if (in.readInt() != check || in.read() >= 0) {
        throw CheckedBytes.damaged();
      }
    } catch (EOFException e) {
      throw CheckedBytes.damaged();
    }
    for (int segment = 0; segment < segments.size(); segment++) {
      if (segments.lives(segment) && rows.packed(segment) == null) {
        throw CheckedBytes.damaged();
      }
    }
  }

  private static void readSegment(
      DataInputStream in, int segment, Segments segments, RowNumbers rows, long mostBytes)
      throws IOException {
    long lowest = in.readLong();
    int width = in.readByte();
    if (segment < 0
        || segment >= segments.size()
        || !segments.lives(segment)
        || width < 0
        || width > Long.BYTES
        || segments.rows(segment) * width > mostBytes) {
      throw CheckedBytes.damaged();
    }
    byte[] codes = new byte[Math.toIntExact(segments.rows(segment) * width)];
    in.readFully(codes);
    rows.take(segment, new Packed(lowest, width, codes));
  }

  /**
   * Lets all such files go but the one with this number.
   *
   * @throws StorageException if the directory cannot be read, or a file not deleted
   */
  public static void keep(Path directory, long number) {
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> others =
          files
              .filter(file -> file.getFileName().toString().startsWith(NAME))
              .filter(file -> !file.equals(file(directory, number)))
              .toList();
      for (Path other : others) {
        Files.deleteIfExists(other);
      }
    } catch (IOException e) {
      throw failure(directory, "tidied", e);
    }
  }

  private static StorageException failure(Path path, String what, IOException e) {
    return new StorageException(
        "The order values of the index in " + path + " cannot be " + what + ": " + e,
        path.toString(),
        e);
  }
}
