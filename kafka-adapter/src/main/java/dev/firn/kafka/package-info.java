/**
 * Kafka topics into one Iceberg table, exactly once, with nothing but consumers.
 *
 * <p>Floor 8: imports {@code dev.firn} and {@code dev.firn.api..} only.
 */
@NullMarked
package dev.firn.kafka;

import org.jspecify.annotations.NullMarked;
