import java.net.Socket;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the head of each answer alone and keeps the connection; a timer closes all that it finds.
 *
 * <p>Arguments: host, port, path, milliseconds between requests, requests, milliseconds between rounds of the timer,
 * kilobytes of garbage a request.
 */
public class Evictor {
  static volatile Object garbage;
  static final List<Socket> open = new ArrayList<>();

  public static void main(String[] args) throws Exception {
    int everyMs = Integer.parseInt(args[3]);
    int requests = Integer.parseInt(args[4]);
    int timerMs = Integer.parseInt(args[5]);
    int garbageKb = Integer.parseInt(args[6]);
    System.out.println("{\"event\":\"ready\"}");
    System.in.read();
    Thread timer = new Thread(() -> evictEvery(timerMs));
    timer.setDaemon(true);
    timer.start();
    for (int k = 0; k < requests; k++) {
      Socket socket = new Socket(args[0], Integer.parseInt(args[1]));
      socket.getOutputStream().write(("GET " + args[2] + " HTTP/1.1\r\nHost: feed\r\n\r\n").getBytes());
      socket.getInputStream().read(new byte[200]);
      synchronized (open) {
        open.add(socket);
      }
      for (int n = 0; n < garbageKb / 64; n++) garbage = new byte[64 * 1024];
      Thread.sleep(everyMs);
    }
    System.out.println("{\"event\":\"done\"}");
    Thread.sleep(600_000);
  }

  static void evictEvery(int ms) {
    try {
      while (true) {
        Thread.sleep(ms);
        synchronized (open) {
          for (Socket socket : open) socket.close();
          System.err.println(Instant.now() + " INFO [evictor] " + open.size() + " closed");
          open.clear();
        }
      }
    } catch (Exception error) {
      System.err.println(Instant.now() + " ERROR [evictor] " + error);
    }
  }
}
