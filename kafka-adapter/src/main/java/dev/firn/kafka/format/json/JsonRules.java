package dev.firn.kafka.format.json;

/**
 * How what JSON leaves open is read.
 *
 * @param epochUnitsPerSecond what a number counts where the column is a time
 * @param rejectsUnknownFields whether a field without a column rejects the record
 */
public record JsonRules(long epochUnitsPerSecond, boolean rejectsUnknownFields) {}
