/**
 * Minimal reproductions of what plain Iceberg does wrong and Firn works around; docs/upstream
 * describes each. A test that fails here says that upstream has mended it.
 */
package dev.firn.upstream;
