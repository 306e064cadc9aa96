package dev.firn.proofs.catalogs;

import java.util.ArrayList;
import java.util.List;

/**
 * One fault at one commit.
 *
 * @param foreign whether another writer commits while the answer is on its way
 * @param lastAttempt whether the table allows Iceberg no retry of its own ({@code
 *     commit.retry.num-retries=0}), as after four lost races
 */
record Scene(Place place, Fault fault, boolean foreign, boolean lastAttempt) {

  /** Every fault at every catalog, with and without a foreign commit. */
  static List<Scene> all() {
    List<Scene> scenes = new ArrayList<>();
    for (Place place : Place.values()) {
      for (Fault fault : Fault.values()) {
        if (!fault.places.contains(place)) {
          continue;
        }
        if (fault != Fault.SWAPPED) {
          scenes.add(new Scene(place, fault, false, false));
        }
        scenes.add(new Scene(place, fault, true, false));
        if (fault.endsInFalseConflict(place)) {
          scenes.add(new Scene(place, fault, false, true));
          scenes.add(new Scene(place, fault, true, true));
        }
      }
    }
    return scenes;
  }

  @Override
  public String toString() {
    return place
        + " "
        + fault
        + (foreign ? " with a foreign commit" : "")
        + (lastAttempt ? " at the last attempt" : "");
  }
}
