package dev.firn.internal.runs;

/**
 * A place in a run: the entries of one key after another. It keeps the block where it stands, so
 * that keys which are looked for in order cost one read for each block. Hot.
 */
public final class RunCursor {

  private static final int NO_BLOCK = -1;

  private final Run run;
  private final Block block;
  private int number = NO_BLOCK;
  private int entry;

  /** In a run that is open. */
  public RunCursor(Run run) {
    this.run = run;
    this.block = new Block(run.summary().words());
  }

  /** Goes to the first entry of a key; false if the key has none. */
  public boolean seek(long first, long second) {
    if (!run.mayHold(first)) {
      return false;
    }
    load(run.blockBefore(first));
    entry = block.find(first, second);
    while (entry == block.size() && run.reaches(number + 1, first)) {
      load(number + 1);
      entry = block.find(first, second);
    }
    return entry < block.size() && block.holds(entry, first, second);
  }

  /** The value of the entry. */
  public long value() {
    return block.value(entry);
  }

  /** Goes to the next entry of the same key; false if there is none. */
  public boolean next() {
    long first = block.first(entry);
    long second = block.second(entry);
    if (++entry == block.size()) {
      if (!run.reaches(number + 1, first)) {
        return false;
      }
      load(number + 1);
      entry = 0;
    }
    return block.holds(entry, first, second);
  }

  private void load(int wanted) {
    if (wanted != number) {
      number = NO_BLOCK; // if the read fails, what the block has is nobody's
      run.file().read(wanted, block);
      number = wanted;
    }
  }
}
