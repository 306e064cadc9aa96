/**
 * Firn and plain Iceberg on an S3 store that fails, stalls and throttles. {@code FaultyStore} is
 * the store: s3proxy behind a wire that misbehaves by script. A {@code Scene} says what happens to
 * which call, {@code Stage} plays it with one {@code Contestant}, {@code Outcome} counts what was
 * lost and doubled.
 */
package dev.firn.proofs.objects;
