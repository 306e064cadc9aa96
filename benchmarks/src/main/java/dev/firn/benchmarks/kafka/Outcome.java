package dev.firn.benchmarks.kafka;

/**
 * What a contender has done in one round, and what it has used. Seconds and processor seconds are
 * counted from the first fetch that the broker served until all rows were visible; {@code warm}
 * ones from when half of the topic was fetched.
 *
 * @param startSeconds from the start of its JVM to the first fetch
 * @param wholeCpuSeconds from the start of its JVM
 * @param peakBytes most memory resident
 * @param bytes of all data files
 */
record Outcome(
    long rows,
    double startSeconds,
    double seconds,
    double warmSeconds,
    double cpuSeconds,
    double warmCpuSeconds,
    double wholeCpuSeconds,
    long peakBytes,
    int files,
    long bytes,
    int snapshots) {

  private static final double WARM_PART = 0.5;

  double rowsPerSecond() {
    return rows / seconds;
  }

  double warmRowsPerSecond() {
    return WARM_PART * rows / warmSeconds;
  }

  double rowsPerCpuSecond() {
    return rows / cpuSeconds;
  }

  double warmRowsPerCpuSecond() {
    return WARM_PART * rows / warmCpuSeconds;
  }

  double rowsPerWholeCpuSecond() {
    return rows / wholeCpuSeconds;
  }
}
