/**
 * Iceberg's own published tests, byte for byte as they were published, with Firn as the writer of
 * their Parquet data files. {@code FirnSeam} is the one place where they are led to Firn.
 */
package dev.firn.proofs.iceberg;
