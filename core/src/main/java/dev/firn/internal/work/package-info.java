/**
 * Work that is shared out to helpers who may or may not come.
 *
 * <p>Door: {@link dev.firn.internal.work.ClaimedTasks}. Floor 0: imports nothing of Firn, and knows
 * no rows, files or tables.
 */
@NullMarked
package dev.firn.internal.work;

import org.jspecify.annotations.NullMarked;
