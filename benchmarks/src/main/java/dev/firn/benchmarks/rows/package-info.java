/**
 * The tables that are measured: their rows as plain Java objects, how Firn takes such a row, and
 * the same row as Iceberg's generic record. And the events that a topic is filled with, as JSON.
 *
 * <p>Doors: {@code Workload}, {@code EventShape}, {@code Workloads}, {@code JsonText}. Knows no
 * writer and no clock.
 */
@NullMarked
package dev.firn.benchmarks.rows;

import org.jspecify.annotations.NullMarked;
