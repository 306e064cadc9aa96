package dev.firn.examples;

import java.time.Instant;

/** One earthquake; its components are named as the columns of the tables it is written to. */
record Earthquake(
    String id,
    Instant time,
    String place,
    double magnitude,
    double depthKm,
    double longitude,
    double latitude) {}
