package dev.firn.proofs.catalogs;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Stands between PostgreSQL and its clients, knows the frames of its protocol, and hurts the
 * statement that swaps a table's metadata: before it arrives, or when it is committed and the
 * server has said so.
 */
final class PostgresProxy implements AutoCloseable {

  private static final String SWAP = "UPDATE iceberg_tables SET metadata_location";
  private static final int PARSE = 'P';
  private static final int SYNC = 'S';
  private static final int READY_FOR_QUERY = 'Z';

  private final int upstreamPort;
  private final AtomicReference<Strike> next = new AtomicReference<>();
  private final AtomicReference<Held> held = new AtomicReference<>();
  private final Gate gate;

  /** A statement whose client has been sent away, but which will arrive yet. */
  private static final class Held {
    final Strike strike;
    final CountDownLatch due = new CountDownLatch(1);
    final CountDownLatch arrived = new CountDownLatch(1);

    Held(Strike strike) {
      this.strike = strike;
    }

    /** Lets it arrive, and waits until the server has answered it. */
    void deliver() throws IOException {
      due.countDown();
      await(arrived);
      strike.meanwhile();
    }

    static void await(CountDownLatch latch) throws IOException {
      try {
        if (!latch.await(1, TimeUnit.MINUTES)) {
          throw new IOException("A statement that was held back did not get through");
        }
      } catch (InterruptedException e) {
        throw new InterruptedIOException();
      }
    }
  }

  PostgresProxy(int upstreamPort) {
    this.upstreamPort = upstreamPort;
    this.gate = new Gate(client -> new Wire(client).run());
  }

  int port() {
    return gate.port();
  }

  void strikeNext(Strike strike) {
    next.set(strike);
  }

  void heal() {
    gate.reopen();
  }

  @Override
  public void close() {
    gate.close();
  }

  /** One client's connection and the one to the server that belongs to it. */
  private final class Wire {

    private final Socket client;
    private final Socket server;

    /** The fault whose statement is on its way: what the server answers is not passed on. */
    private volatile Strike swallowing;

    /** The statement of this wire that is held back. */
    private volatile Held heldHere;

    /** A statement of another wire that is to arrive after the one that is on its way here. */
    private volatile Held overtaken;

    Wire(Socket client) throws IOException {
      this.client = client;
      this.server = new Socket(InetAddress.getLoopbackAddress(), upstreamPort);
      server.setTcpNoDelay(true);
    }

    void run() throws IOException {
      gate.threads.execute(this::answers);
      try (server) {
        requests();
      } catch (EOFException e) {
        Gate.reset(client);
      }
    }

    private void requests() throws IOException {
      DataInputStream in = new DataInputStream(new BufferedInputStream(client.getInputStream()));
      DataOutputStream out = out(server);
      // The first message of a connection has no type.
      byte[] hello = in.readNBytes(in.readInt() - 4);
      out.writeInt(hello.length + 4);
      out.write(hello);
      out.flush();
      while (true) {
        Frame frame = Frame.read(in);
        Strike strike = frame.swapsMetadata() ? next.getAndSet(null) : null;
        if (strike != null && strike.fault.isLate()) {
          hold(strike, frame, in, out);
          return;
        }
        if (strike != null && !strike.fault.applied) {
          strike.meanwhile();
          end(strike, in);
          return;
        }
        if (strike != null) {
          swallowing = strike;
        } else if (frame.swapsMetadata()) {
          letLateOneArrive();
        }
        frame.write(out);
      }
    }

    /** The client is gone; what it has sent waits for the next statement of its kind. */
    private void hold(Strike strike, Frame first, DataInputStream in, DataOutputStream out)
        throws IOException {
      List<Frame> frames = new ArrayList<>(List.of(first));
      while (frames.get(frames.size() - 1).type != SYNC) {
        frames.add(Frame.read(in));
      }
      Held mine = new Held(strike);
      heldHere = mine;
      held.set(mine);
      Gate.reset(client);
      Held.await(mine.due);
      for (Frame frame : frames) {
        frame.write(out);
      }
      Held.await(mine.arrived);
    }

    private void letLateOneArrive() throws IOException {
      Held late = held.getAndSet(null);
      if (late != null && late.strike.fault == Fault.LATE) {
        late.deliver();
      } else {
        overtaken = late;
      }
    }

    private void answers() {
      try {
        DataInputStream in = new DataInputStream(new BufferedInputStream(server.getInputStream()));
        DataOutputStream out = out(client);
        while (true) {
          Frame frame = Frame.read(in);
          Strike strike = swallowing;
          if (heldHere != null) {
            if (frame.type == READY_FOR_QUERY) {
              heldHere.arrived.countDown();
              return;
            }
          } else if (strike == null) {
            if (overtaken != null && frame.type == READY_FOR_QUERY) {
              overtaken.deliver();
              overtaken = null;
            }
            frame.write(out);
          } else if (frame.type == READY_FOR_QUERY) {
            strike.meanwhile();
            end(strike, null);
            return;
          }
        }
      } catch (IOException e) {
        Gate.reset(client); // one side went away: so does the other
      }
    }

    /** What the client sees of it. With {@code in}, a silent wire swallows the rest. */
    private void end(Strike strike, DataInputStream in) throws IOException {
      switch (strike.fault) {
        case SILENT, SILENT_APPLIED -> {
          if (in != null) {
            while (in.read() >= 0) {}
          }
        }
        case DARK, DARK_APPLIED -> gate.shut(client);
        case CUT_TWICE -> {
          next.set(new Strike(Fault.CUT, () -> {}));
          Gate.reset(client);
        }
        default -> Gate.reset(client);
      }
    }

    private static DataOutputStream out(Socket socket) throws IOException {
      return new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
    }
  }

  /** One message: a type, its length with the length itself, and what it says. */
  private static final class Frame {

    final int type;
    private final byte[] payload;

    private Frame(int type, byte[] payload) {
      this.type = type;
      this.payload = payload;
    }

    static Frame read(DataInputStream in) throws IOException {
      int type = in.readUnsignedByte();
      byte[] payload = new byte[in.readInt() - 4];
      in.readFully(payload);
      return new Frame(type, payload);
    }

    boolean swapsMetadata() {
      return type == PARSE && new String(payload, StandardCharsets.UTF_8).contains(SWAP);
    }

    void write(DataOutputStream out) throws IOException {
      out.writeByte(type);
      out.writeInt(payload.length + 4);
      out.write(payload);
      out.flush();
    }
  }
}
