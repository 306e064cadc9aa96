package dev.firn.internal.scan;

import dev.firn.internal.parquet.ParquetInput;
import java.io.IOException;

/** A column of a file that is read row group by row group into a column in memory. */
interface ColumnScan {

  /** Goes to the first row of a row group. */
  void begin(ParquetInput file, ParquetInput.Source source, int rowGroup) throws IOException;

  /**
   * Reads the next rows over those read before.
   *
   * @param firstRow position in the file of the first of them
   */
  void fill(long firstRow, int rows) throws IOException;
}
