import java.net.HttpURLConnection;
import java.net.URL;
import java.time.Instant;

/**
 * Asks when a file was changed, as HttpURLConnection.getLastModified() does: with a GET whose body nobody reads.
 *
 * <p>Arguments: URL, what is done with the connection then (`abandon`, `disconnect`), milliseconds between requests,
 * requests, kilobytes of garbage a request, milliseconds that a response is held before it is let go.
 */
public class LastModified {
  static volatile Object garbage;

  public static void main(String[] args) throws Exception {
    String url = args[0];
    boolean disconnect = args[1].equals("disconnect");
    int everyMs = Integer.parseInt(args[2]);
    int requests = Integer.parseInt(args[3]);
    int garbageKb = Integer.parseInt(args[4]);
    int heldMs = Integer.parseInt(args[5]);
    System.out.println("{\"event\":\"ready\"}");
    System.in.read();
    for (int k = 0; k < requests; k++) {
      HttpURLConnection connection = (HttpURLConnection) new URL(url).openConnection();
      System.err.println(Instant.now() + " INFO [check] changed at " + connection.getLastModified());
      if (heldMs > 0) Thread.sleep(heldMs);
      if (disconnect) connection.disconnect();
      for (int n = 0; n < garbageKb / 64; n++) garbage = new byte[64 * 1024];
      Thread.sleep(everyMs);
    }
    System.out.println("{\"event\":\"done\"}");
    Thread.sleep(600_000);
  }
}
