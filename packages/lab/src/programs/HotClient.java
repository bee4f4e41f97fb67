import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.http.client.methods.CloseableHttpResponse;
import org.apache.http.client.methods.HttpGet;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.impl.client.HttpClients;
import org.apache.http.util.EntityUtils;

/**
 * A system that extends itself while it runs: on a timer it asks a provider for the list of packages, with Apache
 * HttpClient 4, and whether the package has changed, with HttpURLConnection.
 *
 * <p>Arguments: URL of the list, URL of the package, `per-request` or `shared`, `abandon` or `head` or `read`, milliseconds
 * between rounds, rounds, kilobytes of garbage a round.
 */
public class HotClient {
  static volatile Object garbage;

  /** As a registry of metrics holds them: no collection ends what nobody closes. */
  static final List<CloseableHttpClient> MADE = new ArrayList<>();

  static final String FOLDER = System.getenv("WHYRESET_LAB");

  public static void main(String[] args) throws Exception {
    System.setProperty("sun.net.client.defaultReadTimeout", "60000"); // to wait for ever is none of its faults
    String list = args[0], archive = args[1];
    boolean shared = args[2].equals("shared");
    String mode = args[3];
    int everyMs = Integer.parseInt(args[4]);
    int rounds = Integer.parseInt(args[5]);
    int garbageKb = Integer.parseInt(args[6]);
    CloseableHttpClient one = shared ? HttpClients.createDefault() : null;
    if (!shared) HttpClients.createDefault().close(); // classes are loaded before the story begins
    tell("ready");
    waitForWord();
    for (int round = 0; round < rounds; round++) {
      if (!shared) MADE.add(HttpClients.createDefault());
      askForList(shared ? one : MADE.get(MADE.size() - 1), list);
      log("INFO", "package changed at " + lastModified(archive, mode));
      for (int k = 0; k < garbageKb / 64; k++) garbage = new byte[64 * 1024];
      Thread.sleep(everyMs);
    }
    if (shared) one.close();
    tell("done");
    Thread.sleep(600_000);
  }

  /** The first fault: nobody closes the client that was made for this request. */
  static void askForList(CloseableHttpClient client, String url) throws Exception {
    try (CloseableHttpResponse response = client.execute(new HttpGet(url))) {
      log("INFO", "list: " + EntityUtils.toString(response.getEntity()).length() + " characters");
    }
  }

  /** The second fault: getLastModified() sends a GET, and nobody reads its body. */
  static long lastModified(String url, String mode) throws Exception {
    HttpURLConnection connection = (HttpURLConnection) new URL(url).openConnection();
    if (mode.equals("head")) connection.setRequestMethod("HEAD");
    long changed = connection.getLastModified();
    if (mode.equals("read"))
      try (var body = connection.getInputStream()) {
        body.transferTo(java.io.OutputStream.nullOutputStream());
      }
    return changed;
  }

  static void log(String level, String text) {
    System.err.println(Instant.now() + " " + level + " [hot] " + text);
  }

  /** To the lab alone: on standard output, or in a container in the folder that it shares with the lab. */
  static void tell(String event) throws Exception {
    String line = "{\"event\":\"" + event + "\"}\n";
    if (FOLDER == null) System.out.print(line);
    else Files.writeString(Path.of(FOLDER, "told"), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  static void waitForWord() throws Exception {
    if (FOLDER == null) System.in.read();
    else while (!Files.exists(Path.of(FOLDER, "said"))) Thread.sleep(20);
  }
}
