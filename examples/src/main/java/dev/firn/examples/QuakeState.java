package dev.firn.examples;

import java.time.Instant;

/**
 * What is known of an earthquake since {@code updated}; its components are named as the columns of
 * the tables it is written to.
 */
record QuakeState(
    String id,
    Instant time,
    String place,
    double magnitude,
    double depthKm,
    String status,
    Instant updated) {}
