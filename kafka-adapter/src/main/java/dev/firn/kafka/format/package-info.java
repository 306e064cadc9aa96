/**
 * What the bytes of a Kafka record mean: ready-made mappers from JSON, Avro, plain text, plain
 * integers, plain bytes and anything a Kafka deserializer reads, to the columns of a table.
 *
 * <p>Doors: {@link dev.firn.kafka.format.KafkaFormats}, with {@link
 * dev.firn.kafka.format.KafkaColumns} for what Kafka itself knows of a record, {@link
 * dev.firn.kafka.format.JsonOptions} and {@link dev.firn.kafka.format.SchemaRegistry}.
 *
 * <p>Inside, a format reads its bytes and hands each value, as text, number, boolean or bytes, to
 * the {@code Scalar} of a column, which knows what that becomes in the column's type. Both formats
 * so have the same rules for dates, decimals and the rest.
 *
 * <p>Floor 8: imports {@code dev.firn.api..} only of Firn. Must not know consumers, offsets to
 * commit, or writers.
 */
@NullMarked
package dev.firn.kafka.format;

import org.jspecify.annotations.NullMarked;
