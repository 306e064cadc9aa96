package dev.firn.internal.parquet;

/**
 * Smallest and largest of floating point numbers, page by page and over a file.
 *
 * <p>Two rules that differ. A page's range is what parquet-java says: NaN is larger than anything,
 * so a page with a NaN has it as its maximum, and readers then ignore the range. A file's range
 * leaves NaN out and counts it. Both put -0.0 below 0.0, as {@link Math#min} does.
 */
final class FloatingRange {

  private long nans;
  private double lowest = Double.POSITIVE_INFINITY;
  private double highest = Double.NEGATIVE_INFINITY;

  double pageMin;
  double pageMax;

  long nans() {
    return nans;
  }

  double lowest() {
    return lowest;
  }

  double highest() {
    return highest;
  }

  void clear() {
    nans = 0;
    lowest = Double.POSITIVE_INFINITY;
    highest = Double.NEGATIVE_INFINITY;
  }

  void addPage(double[] values, int from, int count) {
    double min = values[from];
    double max = min;
    for (int i = from; i < from + count; i++) {
      min = Math.min(min, values[i]);
      max = Math.max(max, values[i]);
    }
    if (Double.isNaN(max)) {
      // Math.max carries a NaN on, so there is one; rare enough for a second look.
      min = Double.POSITIVE_INFINITY;
      max = Double.NEGATIVE_INFINITY;
      int pageNans = 0;
      for (int i = from; i < from + count; i++) {
        double value = values[i];
        if (Double.isNaN(value)) {
          pageNans++;
        } else {
          min = Math.min(min, value);
          max = Math.max(max, value);
        }
      }
      endPageWithNans(min, max, pageNans, count);
    } else {
      endPage(min, max);
    }
  }

  void addPage(float[] values, int from, int count) {
    float min = values[from];
    float max = min;
    for (int i = from; i < from + count; i++) {
      min = Math.min(min, values[i]);
      max = Math.max(max, values[i]);
    }
    if (Float.isNaN(max)) {
      min = Float.POSITIVE_INFINITY;
      max = Float.NEGATIVE_INFINITY;
      int pageNans = 0;
      for (int i = from; i < from + count; i++) {
        float value = values[i];
        if (Float.isNaN(value)) {
          pageNans++;
        } else {
          min = Math.min(min, value);
          max = Math.max(max, value);
        }
      }
      endPageWithNans(min, max, pageNans, count);
    } else {
      endPage(min, max);
    }
  }

  private void endPage(double min, double max) {
    pageMin = min;
    pageMax = max;
    lowest = Math.min(lowest, min);
    highest = Math.max(highest, max);
  }

  private void endPageWithNans(double min, double max, int pageNans, int count) {
    nans += pageNans;
    endPage(min, max);
    pageMax = Double.NaN;
    if (pageNans == count) {
      pageMin = Double.NaN;
    }
  }
}
