/**
 * The kit to prove a pipeline with: a catalog and files that fail on demand, a clock that stands
 * still, and an assertion that every row is in the table exactly once. Nothing in here mocks: every
 * fake is a working thing with a fault in it, in front of a real catalog and real files.
 *
 * <p>Knows Iceberg, and nothing of Firn: it fails and checks whatever writes to a table.
 */
@NullMarked
package dev.firn.testkit;

import org.jspecify.annotations.NullMarked;
