import { join, padding, u16, u32, u64, type ByteOrder } from './bytes.ts'
import type { Link } from './link.ts'
import type { Packet } from './pcap.ts'

/** Any block option: its code and its bytes, padding excluded. */
type BlockOption = readonly [code: number, value: Uint8Array | readonly number[]]

/** One block, as data: a file is a list of them, in any order that a test wants to see read. */
export type Block =
  | { readonly block: 'section'; readonly order?: ByteOrder; readonly options?: readonly BlockOption[] }
  | {
      readonly block: 'interface'
      readonly link: Link
      /** Ticks a second are base to the power of exponent (if_tsresol); absent: microseconds, and no option. */
      readonly resolution?: { readonly base: 2 | 10; readonly exponent: number }
      /** Seconds to add to each time stamp (if_tsoffset); the builder subtracts them. */
      readonly offsetSeconds?: number
      /** SnapLen, which also says how much a simple packet block holds; absent: 0, no limit. */
      readonly snap?: number
      readonly options?: readonly BlockOption[]
    }
  | {
      readonly block: 'enhanced' | 'obsolete'
      /** Counted from 0 in the section. */
      readonly interface?: number
      readonly packet: Packet
      readonly options?: readonly BlockOption[]
    }
  | { readonly block: 'simple'; readonly packet: Packet }
  | { readonly block: 'other'; readonly code: number; readonly body: Uint8Array | readonly number[] }

type InterfaceBlock = Extract<Block, { block: 'interface' }>

const SECTION = 0x0a0d0d0a
const INTERFACE = 1
const OBSOLETE_PACKET = 2
const SIMPLE_PACKET = 3
const ENHANCED_PACKET = 6
const BYTE_ORDER_MAGIC = 0x1a2b3c4d
const IF_TSRESOL = 9
const IF_TSOFFSET = 14

/** A pcapng file (draft-ietf-opsawg-pcapng). Starts with a little-endian section unless the list says otherwise. */
export function pcapng(blocks: readonly Block[]): Uint8Array {
  const parts: Uint8Array[] = []
  let order: ByteOrder = 'little'
  let interfaces: InterfaceBlock[] = []
  const all: readonly Block[] = blocks[0]?.block === 'section' ? blocks : [{ block: 'section' }, ...blocks]
  for (const block of all) {
    if (block.block === 'section') {
      order = block.order ?? 'little'
      interfaces = []
    }
    if (block.block === 'interface') interfaces.push(block)
    parts.push(encode(block, interfaces, order))
  }
  return join(...parts)
}

function encode(block: Block, interfaces: readonly InterfaceBlock[], order: ByteOrder): Uint8Array {
  if (block.block === 'section') return sectionBlock(block.options ?? [], order)
  if (block.block === 'interface') return interfaceBlock(block, order)
  if (block.block === 'simple') return simplePacketBlock(block.packet, interfaceAt(interfaces, 0), order)
  if (block.block === 'other') return framed(block.code, padded(Uint8Array.from(block.body)), order)
  return packetBlock(block, interfaceAt(interfaces, block.interface ?? 0), order)
}

function sectionBlock(options: readonly BlockOption[], order: ByteOrder): Uint8Array {
  const body = join(u32(BYTE_ORDER_MAGIC, order), u16(1, order), u16(0, order), u64(-1n, order))
  return framed(SECTION, join(body, optionList(options, order)), order)
}

function interfaceBlock(block: InterfaceBlock, order: ByteOrder): Uint8Array {
  const { resolution, offsetSeconds } = block
  const options: BlockOption[] = [...(block.options ?? [])]
  if (resolution !== undefined)
    options.push([IF_TSRESOL, [(resolution.base === 2 ? 0x80 : 0) | resolution.exponent]])
  if (offsetSeconds !== undefined) options.push([IF_TSOFFSET, u64(BigInt(offsetSeconds), order)])
  const body = join(u16(block.link.linkType, order), u16(0, order), u32(block.snap ?? 0, order))
  return framed(INTERFACE, join(body, optionList(options, order)), order)
}

function packetBlock(
  block: Extract<Block, { block: 'enhanced' | 'obsolete' }>,
  from: InterfaceBlock,
  order: ByteOrder,
): Uint8Array {
  const frame = from.link.frame(block.packet.bytes)
  const captured = frame.subarray(0, from.snap === undefined || from.snap === 0 ? undefined : from.snap)
  const index = block.interface ?? 0
  const ticks = ticksOf(block.packet.timeNs, from)
  const body = join(
    block.block === 'enhanced' ? u32(index, order) : join(u16(index, order), u16(0xffff, order)),
    u32(Number(ticks >> 32n), order),
    u32(Number(BigInt.asUintN(32, ticks)), order),
    u32(captured.length, order),
    u32(frame.length, order),
    padded(captured),
    optionList(block.options ?? [], order),
  )
  return framed(block.block === 'enhanced' ? ENHANCED_PACKET : OBSOLETE_PACKET, body, order)
}

function simplePacketBlock(packet: Packet, { link, snap }: InterfaceBlock, order: ByteOrder): Uint8Array {
  const frame = link.frame(packet.bytes)
  const captured = frame.subarray(0, snap === undefined || snap === 0 ? undefined : snap)
  return framed(SIMPLE_PACKET, join(u32(frame.length, order), padded(captured)), order)
}

function ticksOf(timeNs: bigint, { resolution, offsetSeconds }: InterfaceBlock): bigint {
  const perSecond =
    resolution === undefined ? 1_000_000n : BigInt(resolution.base) ** BigInt(resolution.exponent)
  return ((timeNs - BigInt(offsetSeconds ?? 0) * 1_000_000_000n) * perSecond) / 1_000_000_000n
}

function interfaceAt(interfaces: readonly InterfaceBlock[], index: number): InterfaceBlock {
  const found = interfaces[index]
  if (found === undefined)
    throw new Error(`no interface ${index} in this section; write that block as 'other'`)
  return found
}

function optionList(options: readonly BlockOption[], order: ByteOrder): Uint8Array {
  if (options.length === 0) return new Uint8Array(0)
  const written = options.map(([code, value]) =>
    join(u16(code, order), u16(value.length, order), padded(Uint8Array.from(value))),
  )
  return join(...written, u32(0, order))
}

function framed(code: number, body: Uint8Array, order: ByteOrder): Uint8Array {
  const length = u32(12 + body.length, order)
  return join(u32(code, order), length, body, length)
}

function padded(bytes: Uint8Array): Uint8Array {
  return join(bytes, padding(bytes.length, 4))
}
