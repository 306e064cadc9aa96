/**
 * JMH benchmarks of single stages of the road.
 *
 * <p>Floor 8: imports {@code dev.firn} and {@code dev.firn.api}, must not know {@code
 * dev.firn.internal}.
 */
@NullMarked
package dev.firn.benchmarks.micro;

import org.jspecify.annotations.NullMarked;
