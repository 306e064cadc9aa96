/**
 * Hostile input. A {@link dev.firn.proofs.fuzz.Target} takes bytes and does with them what a
 * stranger might: passes them off as a staged commit or a token, or lets them decide which records,
 * names and schemas a writer gets. {@link dev.firn.proofs.fuzz.Judge} says whether Firn kept its
 * word: typed errors only, and bounds on time and allocation. {@link dev.firn.proofs.fuzz.Fuzz} is
 * the long run.
 */
@NullMarked
package dev.firn.proofs.fuzz;

import org.jspecify.annotations.NullMarked;
