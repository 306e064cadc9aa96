/**
 * How fast Firn is beside other writers: {@link dev.firn.benchmarks.Ratios} prints ratios, which
 * travel between machines, instead of rows per second, which do not.
 *
 * <p>Doors: {@code Ratios}, {@code Results}. Floor 8: imports {@code dev.firn} and {@code
 * dev.firn.api}, must not know {@code dev.firn.internal}; the one exception is {@code
 * dev.firn.benchmarks.inside}.
 */
@NullMarked
package dev.firn.benchmarks;

import org.jspecify.annotations.NullMarked;
