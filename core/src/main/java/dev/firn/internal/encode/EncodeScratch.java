package dev.firn.internal.encode;

import dev.firn.internal.parquet.PageScratch;

/**
 * What a thread needs to encode columns; serves any number of files of one {@link EncodeSettings}.
 */
final class EncodeScratch {

  final LevelShredder shredder = new LevelShredder();
  final PageScratch pages;

  EncodeScratch(PageScratch pages) {
    this.pages = pages;
  }

  /** Lets go of the batch that was encoded last. */
  void release() {
    shredder.release();
  }

  /** Heap that is kept for the next batch. */
  long heapBytes() {
    return shredder.heapBytes() + pages.heapBytes();
  }
}
