package dev.firn.internal.buffer;

/**
 * Heap that the columns of a batch have taken since the batch was made. Counted where arrays grow,
 * which is rare, so that a look at it costs nothing although a single value may be huge.
 */
final class Growth {

  long bytes;
}
