package dev.firn.api;

import dev.firn.api.record.RecordMapper;

/**
 * Writers of one JVM that commit together: each is fed by a thread of its own (the consumers of one
 * Kafka group, say), and the batches of all of them become one snapshot. So they never conflict
 * with each other, and one interval of the {@link CommitPolicy} gives about one snapshot, not one
 * for each writer.
 *
 * <pre>{@code
 * try (WriterGroup group = Firn.openWriterGroup(table, options)) {
 *   // in each consumer's thread
 *   StreamingTableWriter<Order> writer = group.openWriter(mapper);
 *   CommitToken start = writer.claim(sources, generation);
 * }
 * }</pre>
 *
 * <p>All writers share the stream, and so each must have sources of its own ({@link
 * Ownership#PER_SOURCE}). A claim takes a source from whoever had it, in this group or elsewhere;
 * within the group at once. What concerns one writer (stale positions, a source that was lost)
 * fails that writer alone; what concerns the table fails all of them.
 *
 * <p>Any thread may open and close writers; each writer is for one thread at a time. The opener
 * closes the group.
 *
 * @since 0.1
 */
public interface WriterGroup extends AutoCloseable {

  /**
   * Opens one more writer. Reads the table's newest metadata, so that {@link
   * StreamingTableWriter#committed()} is where to resume.
   *
   * <p>The memory limit of the options is the group's: each open writer has an equal share, which
   * shrinks and grows as others are opened and closed.
   *
   * @throws dev.firn.api.error.BufferFullException if a share would be less than {@link
   *     WriterOptions#MIN_MEMORY_LIMIT_BYTES}
   * @throws dev.firn.api.error.StorageException if the table cannot be read, or an earlier commit
   *     is still in doubt; open again
   */
  <T> StreamingTableWriter<T> openWriter(RecordMapper<T> mapper);

  /**
   * Closes the writers that are open, and the group; their close deadline is for all of them
   * together. A writer whose thread is between two marks is waited for a second at most; what it
   * has appended since its last cut is dropped without a report. Harmless twice.
   */
  @Override
  void close();
}
