"""Empties the connection table of this network namespace, as `conntrack -F` does."""
import socket, struct

from lab_tell import tell

NETLINK_NETFILTER = 12
# linux/netfilter/nfnetlink.h: NFNL_SUBSYS_CTNETLINK = 1; nfnetlink_conntrack.h: IPCTNL_MSG_CT_DELETE = 2
DELETE = (1 << 8) | 2
REQUEST_AND_ACK = 1 | 4

netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
# nlmsghdr, then nfgenmsg without attributes: all entries of all families
netlink.send(struct.pack("=IHHII", 20, DELETE, REQUEST_AND_ACK, 1, 0) + struct.pack("=BBH", 0, 0, 0))
(error,) = struct.unpack("=i", netlink.recv(4096)[16:20])
if error:
    raise OSError(-error, "the connection table was not emptied")
tell("done")
