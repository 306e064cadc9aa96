package dev.firn.proofs.iceberg;

import java.nio.ByteBuffer;
import org.apache.iceberg.encryption.EncryptedInputFile;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.encryption.EncryptionManager;
import org.apache.iceberg.encryption.NativeEncryptionKeyMetadata;
import org.apache.iceberg.encryption.NativeEncryptionOutputFile;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;

/** Encryption of Parquet files with the key that a test gives. Manifests stay plain. */
final class GivenKey implements EncryptionManager {

  private final ByteBuffer key;
  private final ByteBuffer aadPrefix;

  GivenKey(ByteBuffer key, ByteBuffer aadPrefix) {
    this.key = key;
    this.aadPrefix = aadPrefix;
  }

  @Override
  public InputFile decrypt(EncryptedInputFile encrypted) {
    return encrypted.encryptedInputFile();
  }

  @Override
  public EncryptedOutputFile encrypt(OutputFile plain) {
    return new NativeEncryptionOutputFile() {
      @Override
      public NativeEncryptionKeyMetadata keyMetadata() {
        return new Keys();
      }

      @Override
      public OutputFile encryptingOutputFile() {
        return plain;
      }

      @Override
      public OutputFile plainOutputFile() {
        return plain;
      }
    };
  }

  private final class Keys implements NativeEncryptionKeyMetadata {

    @Override
    public ByteBuffer encryptionKey() {
      return key.duplicate();
    }

    @Override
    public ByteBuffer aadPrefix() {
      return aadPrefix.duplicate();
    }

    @Override
    public ByteBuffer buffer() {
      return null;
    }

    @Override
    public NativeEncryptionKeyMetadata copyWithLength(long length) {
      return this;
    }

    @Override
    public NativeEncryptionKeyMetadata copy() {
      return this;
    }
  }
}
