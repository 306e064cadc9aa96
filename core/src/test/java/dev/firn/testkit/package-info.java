/**
 * What Firn's own tests are made of, beside the published testkit: random rows, readers that share
 * no code with the writer, the contract of every writer, and a simulation of the commit protocol
 * against an oracle. For the tests of other modules it is in core's test jar.
 */
@NullMarked
package dev.firn.testkit;

import org.jspecify.annotations.NullMarked;
