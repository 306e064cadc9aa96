package dev.firn.proofs.catalogs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A port that takes connections, resets them, and can be gone for a while. */
final class Gate implements AutoCloseable {

  /** What is done with a connection, on a thread of its own. */
  interface Visitor {
    void serve(Socket socket) throws IOException;
  }

  final ExecutorService threads = Executors.newCachedThreadPool();
  private final Visitor visitor;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final int port;
  private volatile ServerSocket server;
  private volatile Future<?> accepting;
  private volatile Socket placeholder = new Socket();
  private volatile boolean shut;

  Gate(Visitor visitor) {
    this.visitor = visitor;
    this.server = listen(0);
    this.port = server.getLocalPort();
  }

  int port() {
    return port;
  }

  private ServerSocket listen(int wanted) {
    try {
      ServerSocket socket = new ServerSocket();
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted));
      accepting = threads.submit(() -> accept(socket));
      return socket;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept(ServerSocket listening) {
    while (!listening.isClosed()) {
      try {
        Socket socket = listening.accept();
        socket.setTcpNoDelay(true);
        open.add(socket);
        if (shut) {
          reset(socket);
        }
        threads.execute(() -> serve(socket));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      visitor.serve(socket);
    } catch (IOException e) {
      reset(socket); // one side went away: so does the other
    } finally {
      open.remove(socket);
    }
  }

  /** The peer reads "connection reset", not an end. */
  static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      // It is closed already.
    }
  }

  /**
   * Nobody listens any more, and all connections are reset, {@code last} at last: when its peer
   * notices, no other way is left.
   */
  void shut(Socket last) {
    open.remove(last);
    shut();
    reset(last);
  }

  private void shut() {
    shut = true;
    try {
      server.close();
      accepting.get(); // only then the port is free
      // Holds the port without listening: connections are refused, and no other gate gets it.
      placeholder.setReuseAddress(true);
      placeholder.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
    open.forEach(Gate::reset);
  }

  void reopen() {
    if (shut) {
      shut = false;
      reset(placeholder);
      placeholder = new Socket();
      server = listen(port);
    }
  }

  @Override
  public void close() {
    if (!shut) {
      shut();
    }
    reset(placeholder);
    threads.shutdownNow();
  }
}
