package dev.firn.internal.keys;

import dev.firn.internal.buffer.DeletedRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The keys of the rows that will become one commit, while they come: of the rows with one key only
 * the last counts; or, where rows have versions, of those with the highest the last. Hot. One
 * thread at a time.
 *
 * <p>Rows come in <em>arrivals</em>. What is superseded, or deleted, within its own arrival need
 * not be written at all. What a later arrival supersedes has a place in a file already, and is
 * marked as a row to delete there. A row that is <em>late</em>, for one with a higher version came
 * before it, is superseded when it comes. Files are numbered by the caller; a row's place is a
 * {@link RowLocation} of such a number.
 */
public final class CutKeys {

  /** The place of a row that is in no file: it was superseded. */
  private static final long SUPERSEDED = -2;

  /** The place of a row that says that its key is to have no row. */
  private static final long DELETED = -3;

  /** Memory for more is not taken on suspicion: some megabytes. */
  private static final int MOST_EXPECTED = 100_000;

  private final IndexMemory memory;
  private final MemoryIndex latest;
  private final Locations earlier = new Locations();

  /** By arrival: the place of each of its rows. */
  private final List<long[]> places = new ArrayList<>();

  /** By arrival: the version of each of its rows; empty where rows have none. */
  private final List<long[]> versions = new ArrayList<>();

  /** By file: the rows in it that are superseded. */
  private final List<@Nullable DeletedRows> superseded = new ArrayList<>();

  private final long expectedKeys;

  private long placesBytes;
  private boolean truncates;
  private long late;

  /**
   * Without keys.
   *
   * @param memory is charged what this takes
   * @param expectedKeys how many keys may come, for the memory to be taken with the first of them
   */
  public CutKeys(KeyClass keyClass, IndexMemory memory, long expectedKeys) {
    this.memory = memory;
    this.expectedKeys = Math.min(expectedKeys, MOST_EXPECTED);
    this.latest = new MemoryIndex(keyClass, memory);
  }

  /**
   * Takes the keys of the next arrival.
   *
   * @param deletes the rows that delete their key
   * @param version of each row, which is kept; null where the last one counts, always or never
   * @return the rows that are to be written, in their order; the caller says where they are to be
   *     by {@link #placed} before the next arrival comes
   */
  public int[] take(KeyBatch keys, BitSet deletes, long @Nullable [] version) {
    int rows = keys.size();
    int arrival = places.size();
    long[] place = new long[rows];
    memory.charge((long) rows * Long.BYTES);
    placesBytes += (long) rows * Long.BYTES;
    places.add(place);
    for (int row = deletes.nextSetBit(0); row >= 0; row = deletes.nextSetBit(row + 1)) {
      place[row] = DELETED;
    }
    long[] locations = new long[rows];
    for (int row = 0; row < rows; row++) {
      locations[row] = RowLocation.of(arrival, row);
    }
    if (arrival == 0) {
      latest.expect(expectedKeys);
    }
    earlier.begin(keys);
    latest.put(keys, locations, 0, KeyIndex.SHARDS, earlier);
    if (version != null) {
      memory.charge((long) rows * Long.BYTES);
      placesBytes += (long) rows * Long.BYTES;
      versions.add(version);
      supersedeOlder(keys, locations);
    } else {
      supersedeEarlier(rows);
    }
    return toWrite(place);
  }

  /**
   * The rows that were the last of their keys until now. Their places are read before anything is
   * done with one: they are all over the cut, and the processor fetches many of them at once.
   */
  private void supersedeEarlier(int rows) {
    long[] before = earlier.byKey();
    long[] was = new long[rows];
    for (int row = 0; row < rows; row++) {
      if (before[row] != RowLocation.NONE) {
        was[row] = place(before[row]);
      }
    }
    for (int row = 0; row < rows; row++) {
      if (before[row] != RowLocation.NONE) {
        supersede(before[row], was[row]);
      }
    }
  }

  /**
   * Of each row of the last arrival and the newest before it that has its key, the older one.
   *
   * @param newest at first where each row is; then where the newest of its key is that came so far
   */
  private void supersedeOlder(KeyBatch keys, long[] newest) {
    int arrival = places.size() - 1;
    boolean anyLate = false;
    for (int row = 0; row < newest.length; row++) {
      long before = earlier.byKey()[row];
      if (before == RowLocation.NONE) {
        continue;
      }
      if (RowLocation.segment(before) == arrival) {
        before = newest[(int) RowLocation.position(before)];
      }
      if (version(newest[row]) >= version(before)) {
        supersede(before);
      } else {
        supersede(newest[row]);
        newest[row] = before;
        anyLate = true;
        late++;
      }
    }
    if (anyLate) {
      // Once more: of the rows of a key the last one counts, and it says which is the newest.
      earlier.begin(keys);
      latest.put(keys, newest, 0, KeyIndex.SHARDS, earlier);
    }
  }

  private long version(long row) {
    return versions.get(RowLocation.segment(row))[(int) RowLocation.position(row)];
  }

  private long place(long row) {
    return places.get(RowLocation.segment(row))[(int) RowLocation.position(row)];
  }

  private void supersede(long row) {
    supersede(row, place(row));
  }

  private void supersede(long row, long place) {
    int arrival = RowLocation.segment(row);
    if (place >= 0 && arrival < places.size() - 1) {
      rowsOf(RowLocation.segment(place)).add(RowLocation.position(place));
    }
    places.get(arrival)[(int) RowLocation.position(row)] = SUPERSEDED;
  }

  private static int[] toWrite(long[] place) {
    int count = 0;
    for (long each : place) {
      count += each >= 0 ? 1 : 0;
    }
    int[] rows = new int[count];
    int at = 0;
    for (int row = 0; row < place.length; row++) {
      if (place[row] >= 0) {
        rows[at++] = row;
      }
    }
    return rows;
  }

  private DeletedRows rowsOf(int file) {
    while (superseded.size() <= file) {
      superseded.add(null);
    }
    DeletedRows rows = superseded.get(file);
    if (rows == null) {
      rows = new DeletedRows();
      superseded.set(file, rows);
    }
    return rows;
  }

  /** The rows of the last arrival that are the first of their key since the cut. */
  public int[] firstOfKeys() {
    long[] before = earlier.byKey();
    int rows = places.get(places.size() - 1).length;
    int[] first = new int[rows];
    int count = 0;
    for (int row = 0; row < rows; row++) {
      if (before[row] == RowLocation.NONE) {
        first[count++] = row;
      }
    }
    return Arrays.copyOf(first, count);
  }

  /** Says where rows of the last arrival are to be: {@code rows[i]} at {@code locations[i]}. */
  public void placed(int[] rows, long[] locations) {
    long[] place = places.get(places.size() - 1);
    for (int i = 0; i < rows.length; i++) {
      place[rows[i]] = locations[i];
    }
  }

  /** The rows of a file that are superseded, as of now; changes with later arrivals. */
  public @Nullable DeletedRows superseded(int file) {
    return file < superseded.size() ? superseded.get(file) : null;
  }

  /** All keys are to have no row, but those that come from now on; none has come yet. */
  public void truncate() {
    truncates = true;
  }

  /** Whether all keys that did not come are to have no row. */
  public boolean truncates() {
    return truncates;
  }

  /**
   * The rows that count.
   *
   * @param places of each key's, {@link RowLocation#NONE} for a key that is to have no row
   * @param versions of each key's; null where rows have none
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared and never changed
  public record Last(long[] places, long @Nullable [] versions) {}

  /**
   * All keys that came, each once, with the row that counts.
   *
   * @param keys is filled with them
   */
  public Last last(KeyBatch keys) {
    long[] locations = latest.copyTo(keys, new long[0]);
    long[] lastVersions = versions.isEmpty() ? null : new long[keys.size()];
    for (int key = 0; key < keys.size(); key++) {
      long row = locations[key];
      if (lastVersions != null) {
        lastVersions[key] = version(row);
      }
      long place = place(row);
      locations[key] = place == DELETED ? RowLocation.NONE : place;
    }
    return new Last(locations, lastVersions);
  }

  /** Rows and deletes that came after newer ones of their key. */
  public long late() {
    return late;
  }

  /** Different keys so far. */
  public long keys() {
    return latest.keys();
  }

  /** Bytes of heap taken. */
  public long heapBytes() {
    return latest.heapBytes() + placesBytes;
  }

  /** Forgets all, and gives the memory back. Harmless twice. */
  public void clear() {
    latest.clear();
    places.clear();
    versions.clear();
    superseded.clear();
    memory.release(placesBytes);
    placesBytes = 0;
  }
}
