/**
 * How a record becomes a row: the mapper an application writes and the appender it writes into.
 *
 * <p>Doors: {@link dev.firn.api.record.RecordMapper}, {@link dev.firn.api.record.RowAppender}.
 * Floor 0: imports {@code api.error} only.
 */
@NullMarked
package dev.firn.api.record;

import org.jspecify.annotations.NullMarked;
