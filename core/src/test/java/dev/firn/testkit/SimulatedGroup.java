package dev.firn.testkit;

import dev.firn.api.Ownership;
import dev.firn.api.TableCommitter;
import dev.firn.api.error.FirnException;
import java.util.ArrayList;
import java.util.List;

/**
 * A consumer group: members that share one stream, each for the sources of its own. A rebalance
 * raises the generation; members that do not hear of it go on with what they had.
 */
final class SimulatedGroup {

  private final SimulatedWorld world;
  private final List<Member> members = new ArrayList<>();
  private final List<String> sources;
  private long generation;

  SimulatedGroup(SimulatedWorld world, String stream, List<String> sources, int size) {
    this.world = world;
    this.sources = sources;
    for (int i = 0; i < size; i++) {
      members.add(new Member(stream));
    }
    rebalance();
  }

  Member any() {
    return members.get(world.random.nextInt(members.size()));
  }

  /** Every source gets a new owner; a member in four does not hear of it. */
  void rebalance() {
    generation++;
    world.count("rebalance");
    List<List<String>> shares = new ArrayList<>();
    members.forEach(member -> shares.add(new ArrayList<>()));
    for (String source : sources) {
      shares.get(world.random.nextInt(members.size())).add(source);
    }
    for (int i = 0; i < members.size(); i++) {
      if (world.random.nextInt(4) > 0) {
        members.get(i).assign(shares.get(i), generation);
      }
    }
  }

  /** All members are started anew. */
  void restart() {
    members.forEach(Member::restart);
  }

  /** One member is left, and has everything. */
  Member settle() {
    Member last = any();
    last.assign(sources, ++generation);
    return last;
  }

  /** One member. */
  final class Member extends SimulatedWriter {

    private List<String> mine = List.of();
    private long claimed;
    private boolean toClaim;

    Member(String stream) {
      super(SimulatedGroup.this.world, stream, "main", List.of(), Ownership.PER_SOURCE);
    }

    void assign(List<String> share, long newGeneration) {
      mine = share;
      claimed = newGeneration;
      toClaim = true;
    }

    @Override
    List<String> writable() {
      return mine;
    }

    @Override
    void work() {
      if (committer == null) {
        toClaim = true;
        if (!open()) {
          return;
        }
      }
      if (!toClaim || claim()) {
        if (!mine.isEmpty()) {
          super.work();
        }
      }
    }

    /** Takes the sources over: rows of before are dropped, and the sources sought to the token. */
    private boolean claim() {
      TableCommitter by = committer;
      if (by == null) {
        return false;
      }
      try {
        forget();
        position = by.claim(mine, claimed);
        toClaim = false;
        world.count("claimed");
        return true;
      } catch (FirnException e) {
        world.count("claim: " + e.getClass().getSimpleName());
      } catch (ProcessDied e) {
        world.count("died while claiming");
      } catch (RuntimeException e) {
        // A claim reads the table once: it may fail as reads do.
        world.count("claim: " + e.getClass().getSimpleName());
      }
      committer = null;
      return false;
    }
  }
}
