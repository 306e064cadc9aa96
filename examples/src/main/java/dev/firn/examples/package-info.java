/**
 * One idea per main class, at most about 120 lines each.
 *
 * <p>Floor 8: imports {@code dev.firn}, {@code dev.firn.api} and {@code dev.firn.kafka}, must not
 * know {@code dev.firn.internal}.
 */
@NullMarked
package dev.firn.examples;

import org.jspecify.annotations.NullMarked;
