"""A hop that delays each packet, and can lose some or deliver some twice. It is the device `dly0`.

Options: `delayMs`; `loss` (share); `twice`: {`port`, `afterMs`}: segments with data from that client's port range
towards this port come a second time.
"""
import fcntl, heapq, os, random, select, struct, time

from lab_tell import OPTIONS, tell

TUNSETIFF = 0x400454CA
IFF_TUN_NO_PI = 0x1001

delay = OPTIONS.get("delayMs", 0) / 1000
loss = OPTIONS.get("loss", 0)
twice = OPTIONS.get("twice")
random.seed(OPTIONS.get("seed", 1))

device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", b"dly0", IFF_TUN_NO_PI))
tell("ready")


def has_data_for(packet, port):
    if packet[0] >> 4 == 4:
        start, protocol, end = (packet[0] & 15) * 4, packet[9], struct.unpack("!H", packet[2:4])[0]
    else:
        start, protocol, end = 40, packet[6], 40 + struct.unpack("!H", packet[4:6])[0]
    if protocol != 6:
        return False
    to = struct.unpack("!H", packet[start + 2 : start + 4])[0]
    return to == port and end > start + (packet[start + 12] >> 4) * 4


waiting = []
number = 0


def push(packet, seconds):
    global number
    number += 1
    heapq.heappush(waiting, (time.monotonic() + seconds, number, packet))


while True:
    while waiting and waiting[0][0] <= time.monotonic():
        try:
            os.write(device, heapq.heappop(waiting)[2])
        except OSError:
            pass  # the device is not up yet, or no longer
    timeout = max(0, waiting[0][0] - time.monotonic()) if waiting else 1
    if not select.select([device], [], [], timeout)[0]:
        continue
    for _ in range(64):
        try:
            packet = os.read(device, 65535)
        except OSError:
            break
        if loss and random.random() < loss:
            continue
        push(packet, delay)
        if twice and has_data_for(packet, twice["port"]):
            push(packet, delay + twice["afterMs"] / 1000)
