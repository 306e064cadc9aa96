package dev.firn.internal.keys;

import dev.firn.internal.runs.RunSummary;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;

/**
 * What a checkpoint is made of, and its bytes: a mark and a version, the parts in their order, and
 * a CRC-32C of it all. Big-endian.
 *
 * @param header the caller's
 * @param keyClass of the index
 * @param counts of each shard
 * @param runs of each shard, the newest first
 * @param inMemory the run with what lay in memory, of all shards
 * @param inMemoryCounts of each shard in that run
 * @param segments of the locations
 */
record CheckpointManifest(
    ByteBuffer header,
    KeyClass keyClass,
    List<ShardCount> counts,
    List<List<RunSummary>> runs,
    RunSummary inMemory,
    List<ShardCount> inMemoryCounts,
    Segments segments) {

  /** "firn-key" in ASCII. */
  private static final long MARK = 0x6669726e2d6b6579L;

  private static final int VERSION = 1;

  void forEachRun(Consumer<RunSummary> consumer) {
    consumer.accept(inMemory);
    runs.forEach(ofShard -> ofShard.forEach(consumer));
  }

  // Streams of java.io, for an interrupt closes channels.

  void writeTo(Path file) throws IOException {
    CRC32C crc = new CRC32C();
    try (DataOutputStream out =
        new DataOutputStream(
            new CheckedOutputStream(
                new BufferedOutputStream(new FileOutputStream(file.toFile())), crc))) {
      out.writeLong(MARK);
      out.writeInt(VERSION);
      write(headerBytes(), out);
      write(keyClass.name().getBytes(StandardCharsets.UTF_8), out);
      for (int s = 0; s < KeyIndex.SHARDS; s++) {
        write(counts.get(s), out);
        write(inMemoryCounts.get(s), out);
        out.writeInt(runs.get(s).size());
        for (RunSummary run : runs.get(s)) {
          write(run, out);
        }
      }
      write(inMemory, out);
      SegmentBytes.write(segments, out);
      out.writeInt((int) crc.getValue());
    }
  }

  /** A copy of the header. */
  byte[] headerBytes() {
    byte[] bytes = new byte[header.remaining()];
    header.duplicate().get(bytes);
    return bytes;
  }

  /** Writes bytes with their length before them. */
  static void write(byte[] bytes, DataOutputStream out) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static void write(ShardCount count, DataOutputStream out) throws IOException {
    out.writeLong(count.keys());
    out.writeLong(count.entries());
  }

  private static void write(RunSummary run, DataOutputStream out) throws IOException {
    out.writeLong(run.number());
    out.writeLong(run.keys());
    out.writeLong(run.entries());
    out.writeInt(run.blocks());
    out.writeInt(run.check());
  }

  /**
   * Reads a manifest.
   *
   * @throws IOException if it cannot be read, is damaged or of another version
   */
  static CheckpointManifest read(Path file) throws IOException {
    byte[] bytes;
    try (InputStream in = new FileInputStream(file.toFile())) {
      bytes = in.readAllBytes();
    }
    CheckedBytes in = new CheckedBytes(ByteBuffer.wrap(bytes));
    in.requireCheck();
    if (in.getLong() != MARK || in.getInt() != VERSION) {
      throw new IOException("it is of another version");
    }
    ByteBuffer header = ByteBuffer.wrap(in.getBytes());
    KeyClass keyClass = keyClass(new String(in.getBytes(), StandardCharsets.UTF_8));
    List<ShardCount> counts = new ArrayList<>();
    List<ShardCount> inMemoryCounts = new ArrayList<>();
    List<List<RunSummary>> runs = new ArrayList<>();
    for (int s = 0; s < KeyIndex.SHARDS; s++) {
      counts.add(new ShardCount(in.getLong(), in.getLong()));
      inMemoryCounts.add(new ShardCount(in.getLong(), in.getLong()));
      List<RunSummary> ofShard = new ArrayList<>();
      for (int more = in.getInt(); more > 0; more--) {
        ofShard.add(readRun(in, keyClass.words()));
      }
      runs.add(ofShard);
    }
    RunSummary inMemory = readRun(in, keyClass.words());
    Segments segments = SegmentBytes.read(in);
    in.requireEnd();
    return new CheckpointManifest(
        header, keyClass, counts, runs, inMemory, inMemoryCounts, segments);
  }

  private static KeyClass keyClass(String name) throws IOException {
    for (KeyClass each : KeyClass.values()) {
      if (each.name().equals(name)) {
        return each;
      }
    }
    throw new IOException("it has keys of class " + name);
  }

  private static RunSummary readRun(CheckedBytes in, int words) throws IOException {
    return new RunSummary(
        in.getLong(), words, in.getLong(), in.getLong(), in.getInt(), in.getInt());
  }
}
