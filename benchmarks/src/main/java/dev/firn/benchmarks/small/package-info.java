/**
 * The costs that do not depend on rows: a tiny file, a small commit, and a commit after thousands
 * of others.
 *
 * <p>Doors: {@code TinyFileBenchmark}, {@code CommitBenchmark}, {@code GrowthBenchmark}.
 */
@NullMarked
package dev.firn.benchmarks.small;

import org.jspecify.annotations.NullMarked;
