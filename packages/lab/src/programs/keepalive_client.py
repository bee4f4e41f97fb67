"""Connections that wait for news, with keepalive probes of their own rhythm (seconds)."""
import socket, threading

from lab_tell import OPTIONS, heard, log, tell


def subscribe():
    family = socket.AF_INET6 if ":" in OPTIONS["host"] else socket.AF_INET
    connection = socket.socket(family)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, OPTIONS["idle"])
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, OPTIONS["interval"])
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, OPTIONS["probes"])
    connection.connect((OPTIONS["host"], OPTIONS["port"]))
    connection.sendall(b"SUBSCRIBE\n")
    connection.recv(200)
    return connection


def wait_for_news(connection):
    port = connection.getsockname()[1]
    try:
        connection.recv(200)
        log("INFO", f"port {port}: end of the stream")
    except TimeoutError as error:
        log("ERROR", f"port {port}: {error}")
        tell("timed-out")
    except OSError as error:
        log("ERROR", f"port {port}: {error}")


tell("ready")
heard()
connections = [subscribe() for _ in range(OPTIONS["connections"])]
tell("connected")
threads = [threading.Thread(target=wait_for_news, args=(one,)) for one in connections]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
tell("done")
heard()
