package dev.firn.internal.parquet;

import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.crypto.AesCipher;
import org.apache.parquet.crypto.InternalColumnEncryptionSetup;
import org.apache.parquet.crypto.InternalFileEncryptor;
import org.apache.parquet.crypto.ModuleCipherFactory.ModuleType;
import org.apache.parquet.format.BlockCipher;
import org.apache.parquet.hadoop.metadata.ColumnPath;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts the pages of one column chunk, or leaves them as they are. Every module of an encrypted
 * file is bound to its place (file, row group, column, page) by data that is authenticated with it.
 */
final class PageCipher {

  private static final PageCipher NONE = new PageCipher(null, null, new byte[0], 0, 0);

  private final BlockCipher.@Nullable Encryptor headers;
  private final BlockCipher.@Nullable Encryptor pages;
  private final byte[] fileAad;
  private final int group;
  private final int column;

  private PageCipher(
      BlockCipher.@Nullable Encryptor headers,
      BlockCipher.@Nullable Encryptor pages,
      byte[] fileAad,
      int group,
      int column) {
    this.headers = headers;
    this.pages = pages;
    this.fileAad = fileAad;
    this.group = group;
    this.column = column;
  }

  static PageCipher of(
      @Nullable InternalFileEncryptor encryptor,
      ColumnDescriptor descriptor,
      int group,
      int column) {
    if (encryptor == null) {
      return NONE;
    }
    InternalColumnEncryptionSetup setup =
        encryptor.getColumnSetup(ColumnPath.get(descriptor.getPath()), true, column);
    if (!setup.isEncrypted()) {
      return NONE;
    }
    return new PageCipher(
        setup.getMetaDataEncryptor(),
        setup.getDataEncryptor(),
        encryptor.getFileAAD(),
        group,
        column);
  }

  /** For page headers; null if they are plain. */
  BlockCipher.@Nullable Encryptor headers() {
    return headers;
  }

  byte @Nullable [] dictionaryHeaderAad() {
    return headers == null ? null : aad(ModuleType.DictionaryPageHeader, -1);
  }

  byte @Nullable [] pageHeaderAad(int ordinal) {
    return headers == null ? null : aad(ModuleType.DataPageHeader, ordinal);
  }

  byte[] dictionary(byte[] bytes) {
    return pages == null ? bytes : pages.encrypt(bytes, aad(ModuleType.DictionaryPage, -1));
  }

  byte[] page(byte[] bytes, int ordinal) {
    return pages == null ? bytes : pages.encrypt(bytes, aad(ModuleType.DataPage, ordinal));
  }

  private byte[] aad(ModuleType module, int ordinal) {
    return AesCipher.createModuleAAD(fileAad, module, group, column, ordinal);
  }
}
