package dev.firn.internal.runs;

/** All entries of a run, from its file. At the end it is known that they were all there. Hot. */
public final class RunScan implements SortedEntries, AutoCloseable {

  private final RunSummary summary;
  private final BlockFile file;
  private final Block block;
  private int entry;
  private int blocks;
  private long entries;
  private int check;

  RunScan(RunSummary summary, BlockFile file) {
    this.summary = summary;
    this.file = file;
    this.block = new Block(summary.words());
  }

  @Override
  public boolean next() {
    if (++entry < block.size()) {
      return true;
    }
    if (blocks == summary.blocks()) {
      if (entries != summary.entries() || check != summary.check()) {
        throw file.damaged("it is not the run that it should be");
      }
      block.clear();
      return false;
    }
    file.read(blocks++, block);
    entries += block.size();
    check = RunSummary.check(check, block.check());
    entry = 0;
    return true;
  }

  /** Whether the entry is the first of block {@link #block}. */
  boolean beginsBlock() {
    return entry == 0;
  }

  /** The number of the entry's block. */
  int block() {
    return blocks - 1;
  }

  @Override
  public long first() {
    return block.first(entry);
  }

  @Override
  public long second() {
    return block.second(entry);
  }

  @Override
  public long value() {
    return block.value(entry);
  }

  @Override
  public void close() {
    file.close();
  }
}
