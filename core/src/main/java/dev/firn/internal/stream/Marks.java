package dev.firn.internal.stream;

import dev.firn.api.CommitToken;
import dev.firn.api.Position;
import dev.firn.api.error.InvalidTokenException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The positions that a writer was told, and which of them no cut covers yet. Kept apart from {@link
 * CommitToken} because a source may be marked after every row: a mark here changes two numbers and
 * makes no object. Thread-safe, so that a status can be asked for at any time.
 */
final class Marks {

  /** The key of the unnamed source, as in a token. */
  private static final String UNNAMED = "";

  private final Map<String, Mark> marks = new HashMap<>();
  private @Nullable Mark unnamed;
  private boolean pending;
  private @Nullable CommitToken attachmentFrom;

  private static final class Mark {
    long major;
    long minor;
    boolean pending;

    Mark(Position position) {
      this.major = position.major();
      this.minor = position.minor();
    }

    Position position() {
      return new Position(major, minor);
    }
  }

  Marks(CommitToken start) {
    reset(start);
  }

  /** Forgets everything and stands at {@code token}, with nothing pending. */
  synchronized void reset(CommitToken token) {
    marks.clear();
    token.positions().forEach((source, position) -> marks.put(source, new Mark(position)));
    unnamed = marks.get(UNNAMED);
    pending = false;
    attachmentFrom = null;
  }

  /** Moves the unnamed source. */
  synchronized void advance(long position) {
    Mark mark = unnamed;
    if (mark == null || position <= mark.major) {
      advance(CommitToken.of(position)); // the first one, or one that is not allowed
      return;
    }
    mark.major = position;
    mark.minor = 0;
    mark.pending = true;
    pending = true;
  }

  /** Moves a named source. */
  synchronized void advance(String source, long position) {
    Mark mark = marks.get(source);
    if (mark == null || mark == unnamed || position <= mark.major) {
      advance(CommitToken.of(source, position));
      return;
    }
    mark.major = position;
    mark.minor = 0;
    mark.pending = true;
    pending = true;
  }

  /** Moves every source of {@code token}, or none. */
  synchronized void advance(CommitToken token) {
    if (token.isNone()) {
      throw new InvalidTokenException("A mark must name a position, but the token is none.", null);
    }
    last().advancedBy(token); // refuses to mix named and unnamed sources
    token.positions().forEach(this::requireAdvance);
    token
        .positions()
        .forEach(
            (source, position) -> {
              Mark mark = new Mark(position);
              mark.pending = true;
              marks.put(source, mark);
            });
    unnamed = marks.get(UNNAMED);
    pending = true;
    if (token.attachment().isPresent()) {
      attachmentFrom = token;
    }
  }

  private void requireAdvance(String source, Position next) {
    Mark before = marks.get(source);
    if (before != null && next.compareTo(before.position()) <= 0) {
      throw new InvalidTokenException(
          "A mark must advance, but "
              + (source.isEmpty() ? "the stream" : "source \"" + source + "\"")
              + " stands at "
              + before.position()
              + " and the mark says "
              + next
              + ". Positions are exclusive ends, and rows below them must not be appended again.",
          null);
    }
  }

  /** Whether a mark has come since the last {@link #takePending}. */
  synchronized boolean isPending() {
    return pending;
  }

  /** The sources marked since the last call, at their positions. */
  synchronized CommitToken takePending() {
    CommitToken token = token(true);
    if (attachmentFrom != null) {
      token = token.withAttachment(attachmentFrom.attachment().orElseThrow());
    }
    marks.values().forEach(mark -> mark.pending = false);
    pending = false;
    attachmentFrom = null;
    return token;
  }

  /** All sources at the positions last told. */
  synchronized CommitToken last() {
    return token(false);
  }

  private CommitToken token(boolean pendingOnly) {
    Map<String, Position> positions = new HashMap<>();
    marks.forEach(
        (source, mark) -> {
          if (mark.pending || !pendingOnly) {
            positions.put(source, mark.position());
          }
        });
    return CommitToken.of(positions);
  }
}
