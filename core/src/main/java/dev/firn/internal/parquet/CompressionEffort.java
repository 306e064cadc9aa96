package dev.firn.internal.parquet;

/**
 * How hard the pages of a column chunk are compressed. Hot.
 *
 * <p>A table that names no level leaves the effort to Firn. Zstandard's usual level looks twice for
 * every repeat, and for many columns in vain: random identifiers, measurements and packed codes
 * come out as large, or larger, and cost twice the time. Which columns those are is not guessed but
 * tried: the second page of a chunk, and then one in {@value #TRIAL_EVERY}, is compressed with both
 * efforts; the smaller result is kept, and the pages up to the next trial go the way that won. The
 * first page is not tried, so that a chunk of one page costs no trial.
 *
 * <p>A table that names a level gets that level for every page.
 */
final class CompressionEffort {

  /** A trial costs up to twice the time of a page, so all of them cost some percent. */
  private static final int TRIAL_EVERY = 32;

  /** The light effort wins unless it is larger by more than this part, a tenth of a percent. */
  private static final int TOLERATED_PART = 1024;

  private int pages;
  private boolean light;

  /** As {@link Compressor#compress}, with the effort that suits the chunk. */
  byte[] compress(Compressor compressor, byte[] source, int plain, int length) {
    boolean trial = pages % TRIAL_EVERY == 1 && compressor.hasLightEffort();
    pages++;
    if (!trial) {
      return light
          ? compressor.compressLightly(source, plain, length)
          : compressor.compress(source, plain, length);
    }
    byte[] usual = compressor.compress(source, plain, length);
    byte[] easy = compressor.compressLightly(source, plain, length);
    light = easy.length <= usual.length + usual.length / TOLERATED_PART;
    return light ? easy : usual;
  }

  /** Begins a new chunk. */
  void clear() {
    pages = 0;
    light = false;
  }
}
