/**
 * The waist: sealed files and the range of positions they cover, as bytes that can be carried.
 *
 * <p>Doors: {@link dev.firn.internal.stage.StagedFiles} (what a staged commit says) and {@link
 * dev.firn.internal.stage.StagedFilesCodec} (its bytes). Floor 3: imports {@code encode}, {@code
 * buffer} and {@code api}. It must not know who writes and who commits.
 */
@NullMarked
package dev.firn.internal.stage;

import org.jspecify.annotations.NullMarked;
