/**
 * Measuring without fooling oneself: contestants take turns, every output is checked, and what is
 * reported is the median of ratios within a round.
 *
 * <p>Doors: {@code Contest}, {@code Contestant}, {@code Meter}, {@code Duel}, {@code RivalModule}.
 * Knows no writer.
 */
@NullMarked
package dev.firn.benchmarks.measure;

import org.jspecify.annotations.NullMarked;
