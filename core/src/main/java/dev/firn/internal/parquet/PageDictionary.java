package dev.firn.internal.parquet;

import java.io.IOException;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/** The values of a chunk that its pages name by number. */
final class PageDictionary {

  int[] words = {};
  long[] longs = {};
  final Slices slices = new Slices();

  /**
   * @throws IOException if the page does not have the values that it says
   */
  PageDictionary(DictionaryPage page, SchemaNode leaf) throws IOException {
    PageBytes bytes = PageBytes.of(page.getBytes());
    int length = bytes.end - bytes.start;
    int count = page.getDictionarySize();
    if (count < 0 || count > length) {
      throw new IOException("A dictionary of " + count + " values in " + length + " bytes");
    }
    PageValues values = LeafReader.plain(bytes.array, bytes.start, bytes.end, leaf);
    PrimitiveTypeName type = leaf.physicalType();
    if (type == PrimitiveTypeName.INT32 || type == PrimitiveTypeName.FLOAT) {
      words = new int[count];
      values.words(words, count);
    } else if (type == PrimitiveTypeName.INT64 || type == PrimitiveTypeName.DOUBLE) {
      longs = new long[count];
      values.longs(longs, count);
    } else {
      values.slices(slices, count);
    }
  }
}
