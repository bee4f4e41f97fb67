"""A TLS server that serves only clients with a certificate."""
import socket, ssl, threading, time

from lab_tell import OPTIONS, log, tell

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(OPTIONS["cert"], OPTIONS["key"])
context.load_verify_locations(OPTIONS["cert"])
context.verify_mode = ssl.CERT_REQUIRED


def serve(connection, peer):
    # The handshake is made by itself: wrap_socket would close the connection at once when it fails.
    session = context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
    try:
        session.do_handshake()
        session.recv(4096)
        session.sendall(b"+\n")
    except OSError as error:
        log("ERROR", f"{peer[0]}:{peer[1]}: {error}")
        time.sleep(OPTIONS["lingerMs"] / 1000)
        tell("refused")
    session.close()


listener = socket.create_server(
    (OPTIONS["host"], OPTIONS["port"]), family=socket.AF_INET6 if ":" in OPTIONS["host"] else socket.AF_INET
)
log("INFO", f"listening on {OPTIONS['port']}")
tell("ready")
while True:
    accepted, address = listener.accept()
    threading.Thread(target=serve, args=(accepted, address), daemon=True).start()
