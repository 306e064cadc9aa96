/**
 * Both halves of the road in one process: rows are staged by {@code ingest} and committed by {@code
 * commit}, the next batch filling while the last one seals and commits.
 *
 * <p>Doors: {@link dev.firn.internal.stream.StreamingWriter}, {@link
 * dev.firn.internal.stream.StreamingGroup} and {@link dev.firn.internal.stream.SharedWriter}. Floor
 * 5: imports ingest, commit and api. Must not know columns or files.
 */
@NullMarked
package dev.firn.internal.stream;

import org.jspecify.annotations.NullMarked;
