/**
 * One idea per main class, at most about 80 lines each.
 *
 * <p>Floor 8: imports {@code dev.firn} and {@code dev.firn.api}, must not know {@code
 * dev.firn.internal}.
 */
@NullMarked
package dev.firn.examples;

import org.jspecify.annotations.NullMarked;
