/**
 * A topic on its way into a table under chaos: instances that are started, killed, halted and
 * stopped, a broker that goes and comes, a catalog whose commits fail before, after and unknown,
 * and others who write, compact and expire the same table. In the end every record is one row.
 */
package dev.firn.proofs.kafka;
