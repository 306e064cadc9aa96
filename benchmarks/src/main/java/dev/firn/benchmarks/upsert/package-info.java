/**
 * Rows upserted by key: what a batch costs to write and commit, and what the table costs to read
 * afterwards.
 *
 * <p>Doors: {@code UpsertBenchmark}, {@code FirnUpserts}.
 */
@NullMarked
package dev.firn.benchmarks.upsert;

import org.jspecify.annotations.NullMarked;
