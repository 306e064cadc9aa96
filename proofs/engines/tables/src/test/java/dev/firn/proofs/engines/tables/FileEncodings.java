package dev.firn.proofs.engines.tables;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.LocalInputFile;

/** What the footer of a data file says about a column. */
final class FileEncodings {

  private FileEncodings() {}

  static List<String> of(String location, String column) throws IOException {
    TreeSet<String> encodings = new TreeSet<>();
    try (ParquetFileReader reader =
        ParquetFileReader.open(new LocalInputFile(Path.of(URI.create(location))))) {
      for (BlockMetaData group : reader.getFooter().getBlocks()) {
        for (ColumnChunkMetaData chunk : group.getColumns()) {
          if (chunk.getPath().toDotString().equals(column)) {
            chunk.getEncodings().forEach(encoding -> encodings.add(encoding.name()));
          }
        }
      }
    }
    return List.copyOf(encodings);
  }
}
