/**
 * Values that are Avro, decoded by walking the writer's schema straight into the row.
 *
 * <p>Door: {@link dev.firn.kafka.format.avro.AvroRecords}. Imports {@code values} only; of Avro it
 * uses schemas, and reads the bytes itself. Must not know where a schema comes from. Not API.
 */
@NullMarked
package dev.firn.kafka.format.avro;

import org.jspecify.annotations.NullMarked;
