package dev.firn.proofs.iceberg;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.inmemory.InMemoryOutputFile;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;

/** Files in memory, but for one that somebody else has: it is written wherever that is. */
final class HeldFiles implements FileIO {

  private final Map<String, OutputFile> files = new ConcurrentHashMap<>();

  HeldFiles(OutputFile given) {
    files.put(given.location(), given);
  }

  @Override
  public InputFile newInputFile(String location) {
    OutputFile file = files.get(location);
    if (file == null) {
      throw new NotFoundException("No file %s", location);
    }
    return file.toInputFile();
  }

  @Override
  public OutputFile newOutputFile(String location) {
    return files.computeIfAbsent(location, name -> new InMemoryOutputFile(name));
  }

  @Override
  public void deleteFile(String location) {
    files.remove(location);
  }
}
