/**
 * What keeps a table tidy, beside its writers and without them.
 *
 * <p>Door: {@link dev.firn.internal.maintain.MaintainedTable}. Floor 5: imports {@code commit},
 * {@code resolve}, {@code stage}, {@code encode}, {@code scan}, {@code buffer} and {@code api}.
 * Whoever writes to the table, here or elsewhere, is not known to it: what it changes is one commit
 * on an exact base like theirs.
 */
@NullMarked
package dev.firn.internal.maintain;

import org.jspecify.annotations.NullMarked;
