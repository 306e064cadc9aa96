/**
 * What a Confluent-compatible schema registry says over HTTP.
 *
 * <p>Door: {@link dev.firn.kafka.format.registry.RegisteredSchemas}. Imports {@code values} only.
 * Must not know records or columns. Not API, but for {@link
 * dev.firn.kafka.format.registry.SchemaRegistryUnavailableException}.
 */
@NullMarked
package dev.firn.kafka.format.registry;

import org.jspecify.annotations.NullMarked;
