import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntBinaryOperator;

/**
 * A service whose pricing rule is in a jar that is replaced while it runs: java Service.java JAR.
 * GET /price?amount=12&unit=5 answers by the rule; POST /reload takes the jar that is there now, or refuses it and goes on
 * with the one it has.
 */
public final class Service {
  /** A rule and the loader that its classes came from, changed together. */
  private record Loaded(IntBinaryOperator rule, URLClassLoader loader) {}

  private static final AtomicReference<Loaded> current = new AtomicReference<>();

  public static void main(String[] args) throws Exception {
    Path jar = Path.of(args[0]);
    current.set(load(jar));
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.setExecutor(Executors.newFixedThreadPool(8));
    server.createContext("/price", Service::price);
    server.createContext("/reload", exchange -> reload(exchange, jar));
    server.start();
    System.out.println("listening on " + server.getAddress().getPort() + " as process " + ProcessHandle.current().pid());
  }

  private static void price(HttpExchange exchange) throws IOException {
    int amount = 0;
    int unit = 0;
    for (String pair : exchange.getRequestURI().getQuery().split("&")) {
      String[] parts = pair.split("=", 2);
      if (parts[0].equals("amount")) amount = Integer.parseInt(parts[1]);
      if (parts[0].equals("unit")) unit = Integer.parseInt(parts[1]);
    }
    // One read of the reference: a request is answered by one rule, whatever is loaded meanwhile.
    answer(exchange, 200, Integer.toString(current.get().rule().applyAsInt(amount, unit)));
  }

  private static synchronized void reload(HttpExchange exchange, Path jar) throws IOException {
    try {
      Loaded next = load(jar);
      // The old loader is not closed: a request may still load a class of it. The collector takes it when none does.
      current.set(next);
      answer(exchange, 200, "reloaded");
    } catch (ReflectiveOperationException | LinkageError | RuntimeException error) {
      answer(exchange, 500, "refused: " + error);
    }
  }

  /** Each jar gets a loader of its own: the only way in which the JVM has two versions of a class. */
  private static Loaded load(Path jar) throws IOException, ReflectiveOperationException {
    URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, Service.class.getClassLoader());
    try {
      IntBinaryOperator rule =
          (IntBinaryOperator) loader.loadClass("pricing.Rule").getDeclaredConstructor().newInstance();
      // The probe: a rule that cannot price a sample is never used.
      if (rule.applyAsInt(10, 1) <= 0) throw new IllegalStateException("the sample has no price");
      return new Loaded(rule, loader);
    } catch (ReflectiveOperationException | LinkageError | RuntimeException error) {
      loader.close();
      throw error;
    }
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    exchange.getRequestBody().readAllBytes();
    byte[] body = text.getBytes();
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }
}
