package dev.firn.internal.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.exceptions.RuntimeIOException;
import org.apache.iceberg.io.BulkDeletionFailureException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.io.RangeReadable;
import org.apache.iceberg.io.SeekableInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("no-hadoop")
class LocalFileIOTest {

  @TempDir Path directory;

  private final LocalFileIO io = new LocalFileIO();

  @Test
  void whatWasWrittenInPiecesIsReadBackAnywhere() throws IOException {
    Random random = new Random(7);
    byte[] content = new byte[100_000];
    random.nextBytes(content);
    String location = directory + "/new/folder/file.bin";
    try (PositionOutputStream out = io.newOutputFile(location).create()) {
      int done = 0;
      while (done < content.length) {
        assertThat(out.getPos()).isEqualTo(done);
        int length = Math.min(content.length - done, random.nextInt(20_000));
        if (length == 1) {
          out.write(content[done]);
        } else {
          out.write(content, done, length);
        }
        done += length;
      }
    }
    assertThat(Files.readAllBytes(Path.of(location))).isEqualTo(content);
    assertThat(io.newInputFile(location).getLength()).isEqualTo(content.length);
    assertThat(io.newInputFile(location).exists()).isTrue();
    try (SeekableInputStream in = io.newInputFile(location).newStream()) {
      for (int i = 0; i < 100; i++) {
        int at = random.nextInt(content.length);
        in.seek(at);
        assertThat(in.read()).isEqualTo(content[at] & 0xFF);
        assertThat(in.getPos()).isEqualTo(at + 1);
      }
      in.seek(10);
      assertThat(in.skip(5)).isEqualTo(5);
      assertThat(in.skip(1 << 20)).isEqualTo(content.length - 15);
      assertThat(in.read()).isEqualTo(-1);
      byte[] range = new byte[1000];
      in.seek(3);
      ((RangeReadable) in).readFully(5000, range);
      assertThat(range).isEqualTo(Arrays.copyOfRange(content, 5000, 6000));
      assertThat(((RangeReadable) in).readTail(range)).isEqualTo(1000);
      assertThat(range).isEqualTo(Arrays.copyOfRange(content, 99_000, 100_000));
      assertThat(in.getPos()).isEqualTo(3);
      assertThatThrownBy(() -> ((RangeReadable) in).readFully(99_500, range))
          .isInstanceOf(EOFException.class);
    }
  }

  @Test
  void pathsAndFileUrisMeanTheSameFileAndAreTakenLiterally() throws IOException {
    String path = directory + "/day=2026%2F07%20x/ü ß.txt";
    write("file:" + path, "one");
    assertThat(Files.readString(Path.of(path))).isEqualTo("one");
    for (String prefix : List.of("", "file:", "file://", "file://localhost")) {
      assertThat(read(prefix + path)).isEqualTo("one");
      assertThat(io.newInputFile(prefix + path).location()).isEqualTo(prefix + path);
      assertThat(io.newOutputFile(prefix + path).location()).isEqualTo(prefix + path);
    }
    for (String foreign : List.of("s3://bucket/key", "file://server/key", "file://server")) {
      assertThatThrownBy(() -> io.newInputFile(foreign))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(foreign);
    }
  }

  @Test
  void createFailsIfTheFileExistsAndLeavesItAlone() throws IOException {
    String location = write(directory + "/a", "first");
    assertThatThrownBy(() -> io.newOutputFile(location).create())
        .isInstanceOf(AlreadyExistsException.class)
        .hasMessageContaining(location);
    assertThat(read(location)).isEqualTo("first");
  }

  @Test
  void createIsExclusiveFromTheMomentItIsOpen() throws IOException {
    String location = directory + "/a";
    try (PositionOutputStream first = io.newOutputFile(location).create()) {
      assertThatThrownBy(() -> io.newOutputFile(location).create())
          .isInstanceOf(AlreadyExistsException.class);
      first.write('x');
    }
    assertThat(read(location)).isEqualTo("x");
  }

  @Test
  void anOverwrittenFileIsOldUntilCloseAndLeavesNothingBeside() throws IOException {
    String location = write(directory + "/a", "old");
    try (PositionOutputStream out = io.newOutputFile(location).createOrOverwrite()) {
      out.write("new".getBytes(StandardCharsets.UTF_8));
      out.flush();
      assertThat(read(location)).isEqualTo("old");
    }
    assertThat(read(location)).isEqualTo("new");
    assertThat(names(directory)).containsExactly("a");
  }

  @Test
  void aClosedStreamTakesNothingAndClosesTwice() throws IOException {
    PositionOutputStream out = io.newOutputFile(directory + "/a").create();
    out.write('x');
    out.close();
    out.close();
    assertThat(out.getPos()).isEqualTo(1);
    assertThatThrownBy(() -> out.write('y')).isInstanceOf(IOException.class);
    assertThat(read(directory + "/a")).isEqualTo("x");
  }

  @Test
  void aFullDiskFailsTheWriteAndTheCloseAndFreesItsBytes() throws IOException {
    File full = new File("/dev/full");
    assumeTrue(full.exists());
    Path target = Files.createFile(directory.resolve("half"));
    LocalOutput.Stream out = new LocalOutput.Stream(target, null, true, new FileOutputStream(full));
    out.write(new byte[100]);
    assertThatThrownBy(() -> out.write(new byte[100_000])).hasMessageContaining("No space left");
    assertThatThrownBy(() -> out.write('x')).hasMessageContaining("earlier write");
    assertThatThrownBy(out::close).isInstanceOf(IOException.class);
    out.close();
    assertThat(target).doesNotExist();
  }

  @Test
  void aFileWhereADirectoryShouldBeIsRefused() throws IOException {
    String file = write(directory + "/a", "x");
    assertThatThrownBy(() -> io.newOutputFile(file + "/b").create())
        .isInstanceOf(RuntimeIOException.class)
        .hasMessageContaining(file + "/b");
    assertThatThrownBy(() -> io.newInputFile(directory.toString()).newStream())
        .isInstanceOf(RuntimeIOException.class);
    assertThatThrownBy(() -> io.deleteFile(directory.toString()))
        .isInstanceOf(RuntimeIOException.class);
    assertThat(Files.exists(directory)).isTrue();
  }

  @Test
  void aMissingFileIsNotFoundWhenReadAndNothingWhenDeleted() {
    String missing = directory + "/missing";
    assertThat(io.newInputFile(missing).exists()).isFalse();
    assertThatThrownBy(() -> io.newInputFile(missing).newStream())
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining(missing);
    assertThatThrownBy(() -> io.newInputFile(missing).getLength())
        .isInstanceOf(NotFoundException.class);
    assertThat(io.newInputFile(missing, 17).getLength()).isEqualTo(17);
    io.deleteFile(missing);
    io.deletePrefix(missing);
    assertThat(io.listPrefix(missing)).isEmpty();
  }

  @Test
  void listsAndDeletesBelowADirectoryInTheFormItWasAskedIn() throws IOException {
    write(directory + "/t/data/a=1/f1", "12345");
    write(directory + "/t/data/f2", "1");
    write(directory + "/t/metadata/m", "");
    write(directory + "/t2/other", "x");
    Files.createDirectories(directory.resolve("t/empty"));
    Files.createSymbolicLink(directory.resolve("t/loop"), directory);
    String prefix = "file://" + directory + "/t/";
    assertThat(locations(prefix))
        .containsExactlyInAnyOrder(
            prefix + "data/a=1/f1", prefix + "data/f2", prefix + "metadata/m");
    for (FileInfo info : io.listPrefix(prefix + "data/a=1")) {
      assertThat(info.size()).isEqualTo(5);
      assertThat(Math.abs(info.createdAtMillis() - System.currentTimeMillis())).isLessThan(60_000);
    }
    assertThat(locations(directory + "/t/data/f2")).containsExactly(directory + "/t/data/f2");
    io.deletePrefix(prefix);
    assertThat(locations(prefix)).isEmpty();
    assertThat(read(directory + "/t2/other")).isEqualTo("x");
  }

  @Test
  void bulkDeletionGoesOnAfterAFailureAndCountsThem() throws IOException {
    String first = write(directory + "/first", "x");
    String last = write(directory + "/last", "x");
    Files.createDirectories(directory.resolve("folder"));
    assertThatThrownBy(
            () -> io.deleteFiles(List.of(first, directory + "/folder", directory + "/no", last)))
        .isInstanceOf(BulkDeletionFailureException.class)
        .hasMessageContaining("1 files");
    assertThat(names(directory)).containsExactly("folder");
  }

  @Test
  void anInterruptedThreadReadsAndWritesOn() throws IOException {
    Thread.currentThread().interrupt();
    try {
      String location = write(directory + "/new/a", "x");
      assertThat(read(location)).isEqualTo("x");
      assertThat(Thread.currentThread().isInterrupted()).isTrue();
    } finally {
      Thread.interrupted();
    }
  }

  @Test
  void isLoadedByNameAndTravelsSerialised() throws IOException, ClassNotFoundException {
    FileIO loaded =
        CatalogUtil.loadFileIO(
            LocalFileIO.class.getName(), Map.of(LocalFileIO.SYNC, "false"), null);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(loaded);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      FileIO copy = (FileIO) in.readObject();
      assertThat(copy.properties()).containsEntry(LocalFileIO.SYNC, "false");
      assertThat(copy.newInputFile(directory + "/no").exists()).isFalse();
    }
  }

  private String write(String location, String text) throws IOException {
    try (PositionOutputStream out = io.newOutputFile(location).create()) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return location;
  }

  private String read(String location) throws IOException {
    try (SeekableInputStream in = io.newInputFile(location).newStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private List<String> locations(String prefix) {
    List<String> result = new ArrayList<>();
    io.listPrefix(prefix).forEach(info -> result.add(info.location()));
    return result;
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
