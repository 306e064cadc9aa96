package dev.firn.internal.parquet;

/**
 * What a file's metrics need to know of a column and cannot read from the footer.
 *
 * @param entries values and nulls
 * @param nulls how many of them are null, at any level
 * @param nans how many are not a number
 * @param lowest the smallest number that is one; meaningless if there is none
 * @param highest the largest number that is one; meaningless if there is none
 * @param valueBytes bytes of all byte strings together
 */
public record ValueSummary(
    long entries, long nulls, long nans, double lowest, double highest, long valueBytes) {

  /** Whether there is a number that is one. */
  public boolean hasNumbers() {
    return entries - nulls - nans > 0;
  }
}
