/**
 * Where Firn's time goes: samples of the flight recorder, by cost centre.
 *
 * <p>Doors: {@code Profile}, {@code UpsertProfile}.
 */
@NullMarked
package dev.firn.benchmarks.profile;

import org.jspecify.annotations.NullMarked;
