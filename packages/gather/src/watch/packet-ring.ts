/** The last packets, as whole pcap records, in memory of fixed size. */
export interface PacketRing {
  /** @param records whole records, as they follow `header` in a pcap file */
  write(header: Buffer, records: Buffer, atMs: number): void
  /** A RST is among the records that are written about now. */
  noteReset(): void
  /** Of them, those whose records left the memory before anybody lent or tapped them. */
  readonly lostResets: number
  /** Bytes that are remembered. */
  readonly bytes: number
  /** What is remembered, oldest first; it stays as it is until it is given back. Nothing when the ring is empty. */
  lend(nowMs: number): LentPackets | undefined
  /** Passes on what is written from now on, as `write` gets it; undefined ends that. */
  tap(listener: PacketListener | undefined): void
}

type PacketListener = (header: Buffer, records: Buffer) => void

interface LentPackets {
  readonly header: Buffer
  readonly parts: readonly LentPart[]
}

interface LentPart {
  readonly records: Buffer
  /** To be called once, when they are not needed any more. */
  giveBack(): void
}

/** Memory is taken and given back in pieces of this size: a quiet target needs one. */
const PIECE_BYTES = 1 << 20

interface Piece {
  readonly memory: Buffer
  used: number
  lastMs: number
  /** RST in it that nobody has got. */
  untaken: number
  /** Readers that still need what is in it. */
  lent: number
}

/**
 * The oldest piece is used again for the newest records, so that the memory of a busy ring stays the same and gives
 * the collector nothing to do.
 */
export function createPacketRing(maxBytes: number, maxAgeMs: number): PacketRing {
  const maxPieces = Math.max(2, Math.floor(maxBytes / PIECE_BYTES))
  const pieces: Piece[] = []
  let header: Buffer = Buffer.alloc(0)
  let listen: PacketListener | undefined
  let lostResets = 0
  /** Noted before the first records came. */
  let early = 0

  function drop(): Piece | undefined {
    const oldest = pieces.shift()
    lostResets += oldest?.untaken ?? 0
    return oldest
  }

  function forget(nowMs: number): void {
    while (pieces[0] !== undefined && pieces[0].lastMs < nowMs - maxAgeMs) drop()
  }

  function nextPiece(wanted: number): Piece {
    const oldest = pieces.length >= maxPieces ? drop() : undefined
    const isUsable = oldest !== undefined && oldest.lent === 0 && oldest.memory.length >= wanted
    const memory = isUsable ? oldest.memory : Buffer.allocUnsafeSlow(Math.max(PIECE_BYTES, wanted))
    const piece = { memory, used: 0, lastMs: 0, untaken: early, lent: 0 }
    early = 0
    pieces.push(piece)
    return piece
  }

  return {
    noteReset() {
      if (listen !== undefined) return
      const last = pieces.at(-1)
      if (last === undefined) early++
      else last.untaken++
    },
    get lostResets() {
      return lostResets
    },
    get bytes() {
      return pieces.reduce((sum, { used }) => sum + used, 0)
    },
    write(fileHeader, records, atMs) {
      // Another link type or byte order: one file cannot hold both.
      if (!header.equals(fileHeader)) {
        while (pieces.length > 0) drop()
        header = Buffer.from(fileHeader)
      }
      forget(atMs)
      if (records.length === 0) return
      const last = pieces.at(-1)
      const hasRoom = last !== undefined && last.used + records.length <= last.memory.length
      const piece = hasRoom ? last : nextPiece(records.length)
      records.copy(piece.memory, piece.used)
      piece.used += records.length
      piece.lastMs = atMs
      listen?.(header, records)
    },
    lend(nowMs) {
      forget(nowMs)
      if (pieces.length === 0) return undefined
      return { header, parts: pieces.map(lendPiece) }
    },
    tap(listener) {
      listen = listener
    },
  }
}

function lendPiece(piece: Piece): LentPart {
  piece.lent++
  piece.untaken = 0
  return {
    records: piece.memory.subarray(0, piece.used),
    giveBack() {
      piece.lent--
    },
  }
}
