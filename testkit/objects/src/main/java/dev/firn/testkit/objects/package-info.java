/**
 * An S3 store for tests and examples.
 *
 * <p>Door: {@link dev.firn.testkit.objects.ObjectStore}. Knows neither Iceberg nor Firn, but for
 * the names of Iceberg's properties.
 */
@NullMarked
package dev.firn.testkit.objects;

import org.jspecify.annotations.NullMarked;
