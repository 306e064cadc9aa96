/**
 * What a value of any format becomes in a column: text, numbers, booleans, bytes and times in, the
 * column's type out.
 *
 * <p>Doors: {@link dev.firn.kafka.format.values.Scalar} (one column), {@link
 * dev.firn.kafka.format.values.Slot} (where the next value goes), {@link
 * dev.firn.kafka.format.values.NumberText}, {@link dev.firn.kafka.format.values.Refusals}. The
 * ground of {@code format}: imports none of it. Must not know formats. Not API.
 */
@NullMarked
package dev.firn.kafka.format.values;

import org.jspecify.annotations.NullMarked;
