/**
 * Values that are JSON objects, read by Jackson's streaming parser straight into the row.
 *
 * <p>Door: {@link dev.firn.kafka.format.json.JsonRecords}. Imports {@code values} only. Not API.
 */
@NullMarked
package dev.firn.kafka.format.json;

import org.jspecify.annotations.NullMarked;
