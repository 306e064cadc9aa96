package dev.firn.api;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What opening a stream does when the table has seen it before but its token cannot be found any
 * more. Every automatic choice would lose rows or double them, so the default is to stop.
 *
 * @since 0.1
 */
public final class LostTokenPolicy {

  private static final LostTokenPolicy FAIL = new LostTokenPolicy(null, false);
  private static final LostTokenPolicy MIRROR = new LostTokenPolicy(null, true);

  private final @Nullable CommitToken token;
  private final boolean mirror;

  private LostTokenPolicy(@Nullable CommitToken token, boolean mirror) {
    this.token = token;
    this.mirror = mirror;
  }

  /** Stop with {@link dev.firn.api.error.TokenLostException}. The default. */
  public static LostTokenPolicy fail() {
    return FAIL;
  }

  /** Resume at {@code token}, which the operator vouches for. */
  public static LostTokenPolicy resumeAt(CommitToken token) {
    return new LostTokenPolicy(token, false);
  }

  /**
   * Resume at the copy in the table's properties when the table's history shows that the copy
   * belongs to what the table holds now; else stop.
   */
  public static LostTokenPolicy mirror() {
    return MIRROR;
  }

  /** Where to resume, if the operator has said so. */
  public Optional<CommitToken> token() {
    return Optional.ofNullable(token);
  }

  /** Whether the copy in the table's properties may be used. */
  public boolean usesMirror() {
    return mirror;
  }

  @Override
  public String toString() {
    return token != null ? "resume at " + token : mirror ? "mirror" : "fail";
  }
}
