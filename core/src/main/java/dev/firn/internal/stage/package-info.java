/**
 * The waist: sealed files and the range of positions they cover, as bytes that can be carried.
 *
 * <p>Doors: {@link dev.firn.internal.stage.StagedFiles} (what a staged commit says), {@link
 * dev.firn.internal.stage.StagedFilesCodec} (its bytes) and {@link
 * dev.firn.internal.stage.Replacements} (which rows of the table they take the place of, as {@link
 * dev.firn.internal.stage.RowDeletes} for each file; asked by who commits, answered by who knows).
 * {@link dev.firn.internal.stage.StagedDeletes} is what goes without being looked for, and {@link
 * dev.firn.internal.stage.EqualityScope} says on which tables it can. Floor 3: imports {@code
 * encode}, {@code buffer} and {@code api}. It must not know who writes and who commits.
 */
@NullMarked
package dev.firn.internal.stage;

import org.jspecify.annotations.NullMarked;
