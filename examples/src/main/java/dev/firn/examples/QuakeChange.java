package dev.firn.examples;

import dev.firn.api.record.ChangeKind;

/** What became of an earthquake: seen for the first time, revised, or retracted. */
record QuakeChange(ChangeKind kind, QuakeState state) {}
