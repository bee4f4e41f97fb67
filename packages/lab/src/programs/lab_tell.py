"""What every Python program of the lab has: its options, its log, and a way to tell the lab what it knows."""
import datetime, json, os, sys

OPTIONS = json.loads(sys.argv[1]) if len(sys.argv) > 1 else {}


def tell(event, **more):
    """To the lab alone, on descriptor 3: never part of the evidence."""
    os.write(3, (json.dumps({"event": event, **more}) + "\n").encode())


def log(level, text):
    """The program's own log, which is evidence."""
    now = datetime.datetime.now(datetime.timezone.utc)
    sys.stderr.write(f"{now:%Y-%m-%dT%H:%M:%S}.{now.microsecond // 1000:03d}Z {level:5} {text}\n")


def heard():
    """Waits for a word of the lab; the first is `go`."""
    return sys.stdin.readline().strip()
