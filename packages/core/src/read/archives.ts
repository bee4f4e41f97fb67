/** What has to be unpacked before it can be read, and how. */
export interface Packed {
  /** `xz`, `zip`, …: as people call it. */
  readonly kind: string
  /** To be pasted, with `FILE` for the name. */
  readonly command: string
}

/** Bytes that tell any of them: a tar's magic stands far in. */
export const PACKED_HEAD_BYTES = 512

/** Streams of one file: sent through their own program. */
const piped = (kind: string, program = kind): Packed => ({
  kind,
  command: `${program} -dc FILE | whyreset -`,
})
/** Several files: unpacked into a folder, which is read whole. */
const unpacked = (kind: string, command: string): Packed => ({
  kind,
  command: `${command} && whyreset evidence/`,
})

const TAR = unpacked('tar', 'mkdir evidence && tar -xf FILE -C evidence')
const ZIP = unpacked('zip', 'unzip FILE -d evidence')
const LZ4 = piped('lz4')
const BZIP2 = piped('bzip2')

/** By the magic numbers of the formats' own specifications, as `file` has them. */
const MAGICS: readonly {
  readonly bytes: readonly number[]
  readonly at?: number
  readonly packed: Packed
}[] = [
  { bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], packed: piped('xz') },
  // `BZh`, the block size, and then a block or the end of the stream.
  { bytes: [0x31, 0x41, 0x59, 0x26, 0x53, 0x59], at: 4, packed: BZIP2 },
  { bytes: [0x17, 0x72, 0x45, 0x38, 0x50, 0x90], at: 4, packed: BZIP2 },
  { bytes: [0x50, 0x4b, 0x03, 0x04], packed: ZIP },
  { bytes: [0x50, 0x4b, 0x05, 0x06], packed: ZIP },
  { bytes: [0x50, 0x4b, 0x07, 0x08], packed: ZIP },
  { bytes: [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], packed: unpacked('7z', '7z x -oevidence FILE') },
  { bytes: [0x04, 0x22, 0x4d, 0x18], packed: LZ4 },
  { bytes: [0x02, 0x21, 0x4c, 0x18], packed: LZ4 },
  { bytes: [0x4c, 0x5a, 0x49, 0x50, 0x01], packed: piped('lzip') },
  { bytes: [0x1f, 0x9d], packed: piped('compress', 'gzip') },
  {
    bytes: [0x52, 0x61, 0x72, 0x21, 0x1a, 0x07],
    packed: unpacked('rar', 'mkdir evidence && unrar x FILE evidence/'),
  },
  { bytes: [0x75, 0x73, 0x74, 0x61, 0x72], at: 257, packed: TAR },
  {
    bytes: [0x4c, 0x50, 0x4b, 0x53, 0x48, 0x48, 0x52, 0x48],
    packed: { kind: 'systemd journal', command: 'journalctl --file FILE -o short-iso-precise | whyreset -' },
  },
]

/** Names a compression or an archive that is not undone here, or undefined. */
export function recognisePacked(head: Uint8Array): Packed | undefined {
  return MAGICS.find(({ bytes, at = 0 }) => bytes.every((byte, i) => head[at + i] === byte))?.packed
}
