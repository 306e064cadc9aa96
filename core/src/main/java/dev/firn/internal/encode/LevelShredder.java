package dev.firn.internal.encode;

import dev.firn.internal.buffer.Column;
import dev.firn.internal.buffer.ListColumn;
import dev.firn.internal.buffer.MapColumn;
import dev.firn.internal.parquet.LeafSlice;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds, for some rows and one leaf column, the levels and the slots of the values. Hot. Belongs to
 * one thread at a time.
 *
 * <p>Parquet stores a nested column as a flat list of entries. Each entry has a repetition level
 * (at which list on its path does it continue? 0: it begins a row) and a definition level (how many
 * of the optional and repeated things on its path are there?). An entry of full definition is a
 * value; any other stands for a null, or for a list without elements.
 *
 * <p>The textbook way walks every row down the tree. Here all entries walk together, one step of
 * the path at a time: {@link #slots} holds, per entry, the slot it stands on in the column reached
 * so far. A step to a struct's field changes nothing, for the field has a slot per struct. A step
 * that can meet a null ends the entries that stand on one: their slot becomes {@link #ENDED} and
 * they keep the definition level reached. A step into a list or map replaces each entry by one for
 * each element; the first keeps the repetition level, the others get the list's own. Each step is a
 * loop over arrays, and a column is shredded without looking at its siblings.
 *
 * <p>Flat columns, nearly all there are, skip this: their nulls are bits already.
 */
final class LevelShredder {

  private static final int ENDED = -1;

  private int[] slots = {};
  private byte[] definitions = {};
  private byte[] repetitions = {};
  private int entries;

  // What a step into a list reads while it writes the arrays above.
  private int[] oldSlots = {};
  private byte[] oldDefinitions = {};
  private byte[] oldRepetitions = {};

  private long[] pickedNulls = {};

  private final ValueGather values = new ValueGather();
  private final LeafSlice slice = new LeafSlice();

  /**
   * The slice of {@code leaf} for the rows {@code from} to {@code to} of the batch, or, with an
   * order, for the rows {@code order[from..to)}. Valid until the next call.
   */
  LeafSlice shred(List<Column> columns, Leaf leaf, int @Nullable [] order, int from, int to) {
    Column column = columns.get(leaf.column());
    if (!leaf.isFlat()) {
      shredNested(column, leaf, order, from, to);
    } else if (order != null) {
      pickFlat(column, leaf, order, from, to);
    } else {
      sliceFlat(column, leaf, from, to);
    }
    return slice;
  }

  /** Lets go of the batch that was shredded last. */
  void release() {
    slice.clear();
  }

  long heapBytes() {
    return 4L * (slots.length + oldSlots.length)
        + definitions.length
        + repetitions.length
        + oldDefinitions.length
        + oldRepetitions.length
        + 8L * pickedNulls.length
        + values.heapBytes();
  }

  private void sliceFlat(Column column, Leaf leaf, int from, int to) {
    int rows = to - from;
    int nulls = column.nullCount() == 0 ? 0 : countNulls(column.nullBits(), from, to);
    if (nulls == 0) {
      slice.levelsWithoutNulls(rows);
      values.range(column, from, rows, slice);
      return;
    }
    requireOptional(leaf.last(), from);
    ensureSlots(rows);
    int count = 0;
    for (int row = from; row < to; row++) {
      slots[count] = row;
      count += column.isNull(row) ? 0 : 1;
    }
    slice.levelsOfNullBits(rows, column.nullBits(), from);
    values.gather(column, slots, count, slice);
  }

  private static int countNulls(long[] bits, int from, int to) {
    int nulls = 0;
    int word = from >> 6;
    int last = Math.min(to - 1 >> 6, bits.length - 1);
    for (; word <= last; word++) {
      long set = bits[word];
      if (word == from >> 6) {
        set &= -1L << from;
      }
      if (word == to - 1 >> 6) {
        set &= -1L >>> -to;
      }
      nulls += Long.bitCount(set);
    }
    return nulls;
  }

  private void pickFlat(Column column, Leaf leaf, int[] order, int from, int to) {
    int rows = to - from;
    ensureSlots(rows);
    if (column.nullCount() == 0) {
      System.arraycopy(order, from, slots, 0, rows);
      slice.levelsWithoutNulls(rows);
      values.gather(column, slots, rows, slice);
      return;
    }
    int words = (rows + 63) >>> 6;
    if (pickedNulls.length < words) {
      pickedNulls = new long[words];
    } else {
      Arrays.fill(pickedNulls, 0, words, 0);
    }
    int count = 0;
    for (int i = 0; i < rows; i++) {
      int row = order[from + i];
      if (column.isNull(row)) {
        requireOptional(leaf.last(), row);
        pickedNulls[i >> 6] |= 1L << i;
      } else {
        slots[count++] = row;
      }
    }
    if (count == rows) {
      slice.levelsWithoutNulls(rows);
    } else {
      slice.levelsOfNullBits(rows, pickedNulls, 0);
    }
    values.gather(column, slots, count, slice);
  }

  private void shredNested(Column root, Leaf leaf, int @Nullable [] order, int from, int to) {
    int rows = to - from;
    ensureSlots(rows);
    for (int i = 0; i < rows; i++) {
      slots[i] = order == null ? from + i : order[from + i];
    }
    Arrays.fill(definitions, 0, rows, (byte) 0);
    Arrays.fill(repetitions, 0, rows, (byte) 0);
    entries = rows;
    Column column = root;
    int definition = 0;
    int repetition = 0;
    for (PathStep step : leaf.path()) {
      if (step.kind().repeats()) {
        repetition++;
        expand(column, definition, repetition);
        definition++;
      }
      column = step.from(column);
      if (column.nullCount() > 0) {
        endNulls(column, step, definition);
      }
      if (step.optional()) {
        definition++;
      }
    }
    int count = 0;
    for (int e = 0; e < entries; e++) {
      int slot = slots[e];
      if (slot != ENDED) {
        definitions[e] = (byte) definition;
        slots[count++] = slot;
      }
    }
    slice.levelsOfBytes(rows, entries, definitions, leaf.isRepeated() ? repetitions : null);
    values.gather(column, slots, count, slice);
  }

  private void endNulls(Column column, PathStep step, int definition) {
    for (int e = 0; e < entries; e++) {
      if (slots[e] != ENDED && column.isNull(slots[e])) {
        requireOptional(step, slots[e]);
        slots[e] = ENDED;
        definitions[e] = (byte) definition;
      }
    }
  }

  /** From lists or maps to their elements. */
  private void expand(Column column, int definition, int repetition) {
    int[] ends = column instanceof ListColumn list ? list.ends() : ((MapColumn) column).ends();
    long total = 0;
    for (int e = 0; e < entries; e++) {
      int slot = slots[e];
      total += slot == ENDED ? 1 : Math.max(1, ends[slot] - start(ends, slot));
    }
    swapInto(Math.toIntExact(total));
    int to = 0;
    for (int e = 0; e < entries; e++) {
      int slot = oldSlots[e];
      int start = slot == ENDED ? 0 : start(ends, slot);
      int length = slot == ENDED ? 0 : ends[slot] - start;
      repetitions[to] = oldRepetitions[e];
      if (length == 0) {
        slots[to] = ENDED;
        definitions[to++] = slot == ENDED ? oldDefinitions[e] : (byte) definition;
        continue;
      }
      for (int i = 0; i < length; i++) {
        slots[to + i] = start + i;
      }
      Arrays.fill(repetitions, to + 1, to + length, (byte) repetition);
      to += length;
    }
    entries = to;
  }

  private static int start(int[] ends, int slot) {
    return slot == 0 ? 0 : ends[slot - 1];
  }

  private void swapInto(int newEntries) {
    int[] slotsNow = slots;
    byte[] definitionsNow = definitions;
    byte[] repetitionsNow = repetitions;
    slots = oldSlots;
    definitions = oldDefinitions;
    repetitions = oldRepetitions;
    oldSlots = slotsNow;
    oldDefinitions = definitionsNow;
    oldRepetitions = repetitionsNow;
    ensureSlots(newEntries);
  }

  private void ensureSlots(int count) {
    if (slots.length < count) {
      int capacity = count + (count >> 2);
      slots = new int[capacity];
      definitions = new byte[capacity];
      repetitions = new byte[capacity];
    }
  }

  private static void requireOptional(PathStep step, int slot) {
    if (!step.optional()) {
      // convert rejects such records; a file with them could not be read.
      throw new IllegalStateException("required field " + step.name() + " is null at slot " + slot);
    }
  }
}
