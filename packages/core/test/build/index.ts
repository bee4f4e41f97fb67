export { address, endpoint, type Endpoint } from './address.ts'
export { join, text, u16, u32, type ByteOrder } from './bytes.ts'
export {
  connection,
  merge,
  type ConnectionOptions,
  type Script,
  type SegmentOptions,
  type Side,
} from './connection.ts'
export { portUnreachable } from './icmp.ts'
export { fragments, ip, type IpFields } from './ip.ts'
export { ethernet, loop, nullLink, ppp, rawIp, sll, sll2, type Link } from './link.ts'
export { pcap, type Packet, type PcapOptions } from './pcap.ts'
export { pcapng, type Block } from './pcapng.ts'
export { tcp, type Segment, type TcpOptions } from './tcp.ts'
export { geneve, gre, ipInIp, vxlan, type Tunnel, type TunnelEnds } from './tunnel.ts'
