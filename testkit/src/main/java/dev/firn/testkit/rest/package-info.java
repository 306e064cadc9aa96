/**
 * A REST catalog for tests and examples.
 *
 * <p>Door: {@link dev.firn.testkit.rest.RestCatalogServer}. Knows Iceberg, and nothing of Firn.
 */
@NullMarked
package dev.firn.testkit.rest;

import org.jspecify.annotations.NullMarked;
