package dev.firn.testkit.objects;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/**
 * A real S3 store in this process, s3proxy, over HTTP on a free port of the loopback address, with
 * its objects as files in a directory of the caller's. Signatures are checked: a client needs the
 * keys of {@link #properties()}.
 *
 * <p>Any thread; the opener closes it, which leaves the objects. A store that is started on the
 * directory again has them, at another port.
 *
 * @since 0.1
 */
public final class ObjectStore implements AutoCloseable {

  private static final String ACCESS_KEY = "local-user";
  private static final String SECRET_KEY = "local-secret";

  /** What S3 takes for the name of a bucket, and a file system for that of a directory. */
  private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");

  private final Path directory;
  private final S3Proxy server;

  private ObjectStore(Path directory, S3Proxy server) {
    this.directory = directory;
    this.server = server;
  }

  /** Starts a store on {@code directory}, which is made if it does not exist. */
  public static ObjectStore start(Path directory) {
    Path root = directory.toAbsolutePath();
    try {
      Files.createDirectories(root);
      S3Proxy server =
          S3Proxy.builder()
              .blobStore(new FilesystemNio2BlobStore(root.toString()))
              .endpoint(URI.create("http://127.0.0.1:0"))
              .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, ACCESS_KEY, SECRET_KEY)
              .ignoreUnknownHeaders(true)
              .build();
      server.start();
      return new ObjectStore(root, server);
    } catch (Exception e) {
      throw new IllegalStateException("No object store can be started on " + root, e);
    }
  }

  /** The port that it listens at. */
  public int port() {
    return server.getPort();
  }

  /** Where clients find it. */
  public String endpoint() {
    return "http://127.0.0.1:" + port();
  }

  /** Makes a bucket; harmless if it is there. */
  public void createBucket(String name) {
    if (!BUCKET.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "No name of a bucket: " + name + "; use 3 to 63 of a-z, 0-9, dot and hyphen");
    }
    try {
      Files.createDirectories(directory.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** With these Iceberg's {@code S3FileIO} finds it, as properties of any catalog. */
  public Map<String, String> properties() {
    return Map.of(
        "io-impl",
        "org.apache.iceberg.aws.s3.S3FileIO",
        "s3.endpoint",
        endpoint(),
        "s3.path-style-access",
        "true",
        "s3.access-key-id",
        ACCESS_KEY,
        "s3.secret-access-key",
        SECRET_KEY,
        "client.region",
        "us-east-1");
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("The object store on " + directory + " does not stop", e);
    }
  }
}
