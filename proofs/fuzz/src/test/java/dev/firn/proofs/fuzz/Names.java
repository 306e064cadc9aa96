package dev.firn.proofs.fuzz;

import java.util.List;

final class Names implements Target {
  @Override
  public String name() { return "names"; }
  @Override
  public List<byte[]> seeds() { return List.of(new byte[1]); }
  @Override
  public void run(byte[] input) {}
  @Override
  public long allowedBytes(byte[] input) { return 1 << 20; }
}
