/**
 * Which rows of the table a commit replaces: the table's files and keys as of one snapshot, brought
 * to the next by the difference between the two, and asked for each commit.
 *
 * <p>Doors: {@link dev.firn.internal.resolve.KeyedTable} (the table by key) and {@link
 * dev.firn.internal.resolve.StagedKeys} (the keys of one commit). Floor 3: imports {@code keys},
 * {@code scan}, {@code stage}, {@code buffer} and {@code api}. Reads the table, and never changes
 * it; must not know how rows came in or how a commit is made.
 */
@NullMarked
package dev.firn.internal.resolve;

import org.jspecify.annotations.NullMarked;
