package dev.firn.testkit;

/**
 * A row of a table that is upserted, in numbers; {@link KeyedShape} knows the cells.
 *
 * @param key which key it has
 * @param region where it is, which is no part of the key
 * @param event which change wrote it, no two the same; negative for another engine's
 */
record KeyedRow(int key, int region, long event) {}
