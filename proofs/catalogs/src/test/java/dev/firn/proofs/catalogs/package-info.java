/**
 * Proves on real catalogs with real faults that commits are neither lost nor doubled, and shows
 * what plain Iceberg does in the same place.
 *
 * <p>A {@link dev.firn.proofs.catalogs.Scene} is a catalog ({@link
 * dev.firn.proofs.catalogs.Place}), a {@link dev.firn.proofs.catalogs.Fault} at one commit, and
 * whether somebody else commits while the answer is on its way. {@link
 * dev.firn.proofs.catalogs.SceneRun} plays it with a writer and counts rows.
 */
package dev.firn.proofs.catalogs;
