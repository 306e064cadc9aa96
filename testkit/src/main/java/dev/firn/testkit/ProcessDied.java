package dev.firn.testkit;

/**
 * The process ends here. An Error, so that no code under test takes it for an answer; whoever
 * catches it drops every object of the dead process and opens new ones.
 */
public final class ProcessDied extends Error {

  private static final long serialVersionUID = 1L;

  public ProcessDied(Fault fault) {
    super("The process died: " + fault, null, false, false);
  }
}
