package dev.firn.internal.runs;

/** Writes a run, entry by entry. What is not finished is deleted. Not thread-safe. */
public final class RunWriter implements AutoCloseable {

  private final RunDirectory directory;
  private final long run;
  private final int words;
  private final BlockFile file;
  private final Block block;
  private long keys;
  private long entries;
  private int blocks;
  private int check;
  private long lastFirst;
  private long lastSecond;
  private boolean finished;

  RunWriter(RunDirectory directory, long run, int words) {
    this.directory = directory;
    this.run = run;
    this.words = words;
    this.file = BlockFile.create(directory.file(run), run);
    this.block = new Block(words);
  }

  /** Adds an entry; those before it are not behind it in order. */
  public void append(long first, long second, long value) {
    if (block.isFull()) {
      writeBlock();
    }
    if (entries == 0 || first != lastFirst || second != lastSecond) {
      keys++;
      lastFirst = first;
      lastSecond = second;
    }
    entries++;
    block.append(first, second, value);
  }

  /** Keys so far. */
  public long keys() {
    return keys;
  }

  /** Entries so far. */
  public long entries() {
    return entries;
  }

  private void writeBlock() {
    check = RunSummary.check(check, file.write(blocks++, block));
    block.clear();
  }

  /** The run is whole. */
  public RunSummary finish() {
    if (block.size() > 0) {
      writeBlock();
    }
    file.close();
    finished = true;
    return new RunSummary(run, words, keys, entries, blocks, check);
  }

  @Override
  public void close() {
    if (!finished) {
      finished = true;
      file.close();
      directory.delete(run);
    }
  }
}
