package dev.firn.testkit;

/** The events {@code [from, to)} of one source of one stream: what a simulated file holds. */
record EventRange(String stream, String source, long from, long to) {

  /** Files of other engines hold ranges of this stream, which no token covers. */
  static final String FOREIGN = "foreign";

  /** A stream and one of its sources. */
  record Key(String stream, String source) {}

  Key key() {
    return new Key(stream, source);
  }

  boolean isForeign() {
    return stream.equals(FOREIGN);
  }
}
