package dev.firn.proofs.objects;

import dev.firn.proofs.objects.FaultScript.StrikeAt;
import dev.firn.proofs.objects.StoreCall.Verb;
import dev.firn.testkit.objects.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.apache.iceberg.aws.s3.S3FileIOProperties;

/**
 * An S3 store in this process, spoken to over HTTP, with two doors: {@link #soundEndpoint} is that
 * of the {@link ObjectStore}, {@link #faultyEndpoint} a wire in front of it that does to each
 * request what the script says. Signatures are checked behind both.
 */
final class FaultyStore implements AutoCloseable {

  static final String BUCKET = "proofs";

  /** What clients wait for an answer; see {@link StoreFault#LATE}. */
  static final Duration CLIENT_PATIENCE = Duration.ofMillis(800);

  /** Longer than any script holds a call. */
  private static final Duration LONGEST_HOLD = Duration.ofSeconds(30);

  private static final Duration SLOW = Duration.ofMillis(300);

  /** Longer than a gateway waits, too. */
  private static final Duration LATE = CLIENT_PATIENCE.plusMillis(2400);

  private final ObjectStore store;
  private final ServerSocket door;
  private final ExecutorService threads = Executors.newCachedThreadPool(FaultyStore::daemon);
  private final AtomicReference<Function<StoreCall, StrikeAt>> script =
      new AtomicReference<>(FaultScript.EMPTY::strike);
  private volatile boolean createOnly;
  private volatile CountDownLatch held = new CountDownLatch(1);
  private volatile Runnable afterLettingGo = () -> {};

  FaultyStore(Path directory) throws IOException {
    store = ObjectStore.start(directory);
    store.createBucket(BUCKET);
    door = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "faulty-store");
    thread.setDaemon(true);
    return thread;
  }

  String soundEndpoint() {
    return store.endpoint();
  }

  String faultyEndpoint() {
    return "http://127.0.0.1:" + door.getLocalPort();
  }

  /** What Iceberg's S3 client needs to come in by one of the two. */
  Map<String, String> client(String endpoint) {
    Map<String, String> all = new HashMap<>(store.properties());
    all.put(S3FileIOProperties.ENDPOINT, endpoint);
    return all;
  }

  /** From now on calls at the faulty door go as {@code next} says. */
  void play(Function<StoreCall, StrikeAt> next) {
    script.set(next);
  }

  /** No more faults; what is held is let go. */
  void heal() {
    script.set(FaultScript.EMPTY::strike);
    createOnly = false;
    held.countDown();
    held = new CountDownLatch(1);
  }

  /** What to wait for when a held call was let go: that it has had its effect. */
  void afterLettingGo(Runnable await) {
    afterLettingGo = await;
  }

  /**
   * Whether a put at the faulty door carries {@code If-None-Match: *}, as a client that puts with a
   * condition would send it and a bucket may demand it. Then a put that is sent again after it was
   * stored is answered 412.
   */
  void createOnly(boolean value) {
    createOnly = value;
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        Socket client = door.accept();
        threads.execute(() -> serve(client));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      client.setTcpNoDelay(true);
      OutputStream out = client.getOutputStream();
      WireRequest request = WireRequest.read(client.getInputStream(), out);
      StoreCall call = request.call();
      if (createOnly && call.verb() == Verb.PUT) {
        request = request.with("If-None-Match: *");
      }
      misbehave(request, script.get().apply(call), client);
    } catch (IOException e) {
      // The client has gone, as clients do that were kept waiting.
    }
  }

  private void misbehave(WireRequest request, StrikeAt strike, Socket client) throws IOException {
    StoreFault fault = strike.fault();
    boolean late = fault == StoreFault.LATE || fault == StoreFault.HOLD;
    if (late) {
      strike.others().run(); // before the client gives up
    }
    delay(fault);
    byte[] answer = fault.isDone() ? ask(request) : new byte[0];
    if (!late) {
      strike.others().run();
    }
    switch (fault) {
      case RESET, DONE_RESET -> client.setSoLinger(true, 0);
      case HALF_BODY -> send(client, Arrays.copyOf(answer, halfOf(answer)));
      case SLOW -> {
        LockSupport.parkNanos(SLOW.toNanos());
        send(client, answer);
      }
      default -> send(client, fault.status() == 0 ? answer : madeUp(fault));
    }
  }

  private void delay(StoreFault fault) {
    if (fault == StoreFault.LATE) {
      LockSupport.parkNanos(LATE.toNanos());
    } else if (fault == StoreFault.LET_GO) {
      held.countDown();
      afterLettingGo.run();
    } else if (fault == StoreFault.HOLD) {
      try {
        held.await(LONGEST_HOLD.toSeconds(), TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private byte[] ask(WireRequest request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), store.port())) {
      socket.setTcpNoDelay(true);
      socket.getOutputStream().write(request.bytes());
      InputStream in = socket.getInputStream();
      return in.readAllBytes();
    }
  }

  private static void send(Socket client, byte[] answer) throws IOException {
    client.getOutputStream().write(answer);
    client.getOutputStream().flush();
  }

  /** All of the head, half of the body. */
  private static int halfOf(byte[] answer) {
    int body = new String(answer, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n") + 4;
    return body + (answer.length - body) / 2;
  }

  private static byte[] madeUp(StoreFault fault) {
    String body =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>"
            + fault.code()
            + "</Code><Message>Injected</Message></Error>";
    return ("HTTP/1.1 "
            + fault.status()
            + " Injected\r\nContent-Type: application/xml\r\nContent-Length: "
            + body.length()
            + "\r\nConnection: close\r\n\r\n"
            + body)
        .getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void close() throws IOException {
    door.close();
    threads.shutdownNow();
    store.close();
  }
}
