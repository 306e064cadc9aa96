/**
 * What tests of Firn, and of pipelines that use it, are made of: a clock that stands still, a
 * catalog and files that fail on demand, random rows, readers that share no code with the writer,
 * and a simulation of the commit protocol against an oracle. Published as the test jar. Nothing in
 * here mocks: every fake is a working thing with a fault in it, and has tests of its own.
 */
@NullMarked
package dev.firn.testkit;

import org.jspecify.annotations.NullMarked;
