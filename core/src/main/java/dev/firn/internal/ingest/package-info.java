/**
 * Rows to a staged commit: the first half of the road. Converts, buffers by partition, encodes, and
 * seals files; never changes a table.
 *
 * <p>Doors: {@link dev.firn.internal.ingest.TableStager}, {@link dev.firn.internal.ingest.Cut},
 * {@link dev.firn.internal.ingest.StagingWriter}, {@link dev.firn.internal.ingest.TableState},
 * {@link dev.firn.internal.ingest.Upserts}, {@link dev.firn.internal.ingest.GuardedListener}. Floor
 * 4: imports convert, buffer, encode, stage and api. Must not know {@code commit}.
 */
@NullMarked
package dev.firn.internal.ingest;

import org.jspecify.annotations.NullMarked;
