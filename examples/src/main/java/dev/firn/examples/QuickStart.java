package dev.firn.examples;

/** The first program to run: shows that the build works on this machine. */
public final class QuickStart {
  private QuickStart() {}

  /** Prints one line. */
  public static void main(String[] args) {
    System.out.println("Firn is built.");
  }
}
