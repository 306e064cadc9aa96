package dev.firn;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * A JDBC URL as messages may show it. Parameters and the user in front of the host are left out,
 * for that is where passwords stand; drivers and Iceberg put the whole URL into what they throw.
 */
final class ShownUri {

  private static final String LEFT_OUT = "...";

  private final String uri;
  private final String shown;

  ShownUri(String uri) {
    this.uri = uri;
    int end = uri.length();
    for (char begin : new char[] {'?', ';', '&'}) {
      int at = uri.indexOf(begin);
      end = at < 0 ? end : Math.min(end, at);
    }
    String place = end < uri.length() ? uri.substring(0, end) + LEFT_OUT : uri;
    int user = place.lastIndexOf('@');
    int host = place.indexOf("//");
    // Oracle has its user in front of the @ without slashes: jdbc:oracle:thin:name/password@host.
    int from = host >= 0 && host < user ? host + 2 : place.indexOf(':', 5) + 1;
    this.shown = user < 0 ? place : place.substring(0, from) + LEFT_OUT + place.substring(user);
  }

  /** {@code text} with the URL as it may be shown. */
  String in(@Nullable String text) {
    return String.valueOf(text).replace(uri, shown);
  }

  /**
   * {@code failure} itself where the URL has nothing to hide; else what its cause says, without the
   * causes behind it.
   */
  Throwable in(RuntimeException failure) {
    if (shown.equals(uri)) {
      return failure;
    }
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    SQLException told = new SQLException(in(cause.toString()));
    told.setStackTrace(cause.getStackTrace());
    return told;
  }
}
