/**
 * The second half of a commit: staged files and the user's token become one snapshot, exactly once,
 * whatever the catalog answers.
 *
 * <p>Door: {@link dev.firn.internal.commit.SnapshotCommitter}. The only room that changes a table.
 * Floor 4: imports {@code stage}, {@code encode}, {@code buffer} and {@code api}. It must not know
 * {@code ingest}: who wrote the files and from which rows.
 */
@NullMarked
package dev.firn.internal.commit;

import org.jspecify.annotations.NullMarked;
