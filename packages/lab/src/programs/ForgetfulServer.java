import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Instant;

/**
 * Reads the beginning of each connection's first line and forgets the connection; works on something else all the
 * while.
 *
 * <p>Arguments: address, port, kilobytes of garbage each 100 milliseconds.
 */
public class ForgetfulServer {
  static volatile Object garbage;

  public static void main(String[] args) throws Exception {
    ServerSocket listener = new ServerSocket(Integer.parseInt(args[1]), 100, InetAddress.getByName(args[0]));
    int garbageKb = Integer.parseInt(args[2]);
    Thread work = new Thread(() -> work(garbageKb));
    work.setDaemon(true);
    work.start();
    System.out.println("{\"event\":\"ready\"}");
    while (true) accept(listener);
  }

  static void accept(ServerSocket listener) throws Exception {
    Socket socket = listener.accept();
    int read = socket.getInputStream().read(new byte[16]);
    System.err.println(Instant.now() + " INFO [intake] " + read + " bytes from port " + socket.getPort());
  }

  static void work(int garbageKb) {
    try {
      while (true) {
        for (int k = 0; k < garbageKb / 16; k++) garbage = new byte[16 * 1024];
        Thread.sleep(100);
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
