package dev.firn.proofs.catalogs;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Stands between PostgreSQL and its clients, knows the frames of its protocol, and hurts the
 * statement that swaps a table's metadata: before it arrives, or when it is committed and the
 * server has said so.
 */
final class PostgresProxy implements AutoCloseable {

  private static final String SWAP = "UPDATE iceberg_tables SET metadata_location";
  private static final int PARSE = 'P';
  private static final int READY_FOR_QUERY = 'Z';

  private final int upstreamPort;
  private final AtomicReference<Strike> next = new AtomicReference<>();
  private final Gate gate;

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
        if (strike != null && !strike.fault.applied) {
          strike.meanwhile();
          end(strike, in);
          return;
        }
        if (strike != null) {
          swallowing = strike;
        }
        frame.write(out);
      }
    }

    private void answers() {
      try {
        DataInputStream in = new DataInputStream(new BufferedInputStream(server.getInputStream()));
        DataOutputStream out = out(client);
        while (true) {
          Frame frame = Frame.read(in);
          Strike strike = swallowing;
          if (strike == null) {
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
