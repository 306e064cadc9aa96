package dev.firn.internal.encode;

import java.lang.reflect.Constructor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.iceberg.encryption.EncryptedInputFile;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.encryption.EncryptionManager;
import org.apache.iceberg.encryption.NativeEncryptionKeyMetadata;
import org.apache.iceberg.encryption.NativeEncryptionOutputFile;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;

/** Encryption as Iceberg's standard manager does it, with one known key. */
class NativeEncryption implements EncryptionManager {

  static final byte[] KEY = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  static final byte[] AAD = "prefix".getBytes(StandardCharsets.US_ASCII);

  @Override
  public InputFile decrypt(EncryptedInputFile encrypted) {
    throw new UnsupportedOperationException();
  }

  @Override
  public EncryptedOutputFile encrypt(OutputFile plain) {
    NativeEncryptionKeyMetadata keys = keys();
    return new NativeEncryptionOutputFile() {
      @Override
      public NativeEncryptionKeyMetadata keyMetadata() {
        return keys;
      }

      @Override
      public OutputFile encryptingOutputFile() {
        throw new UnsupportedOperationException("Parquet encrypts by itself");
      }

      @Override
      public OutputFile plainOutputFile() {
        return plain;
      }
    };
  }

  private static NativeEncryptionKeyMetadata keys() {
    try {
      Constructor<?> constructor =
          Class.forName("org.apache.iceberg.encryption.StandardKeyMetadata")
              .getDeclaredConstructor(byte[].class, byte[].class);
      constructor.setAccessible(true);
      NativeEncryptionKeyMetadata keys =
          (NativeEncryptionKeyMetadata) constructor.newInstance(KEY, AAD);
      if (!keys.encryptionKey().equals(ByteBuffer.wrap(KEY))) {
        throw new AssertionError("not the key that was given");
      }
      return keys;
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }
}
