/** Bytes that tell any of them: a tar's magic stands far in. */
export const PACKED_HEAD_BYTES = 512

/** `FILE` stands for the name: to be pasted. Streams go through their own program; several files become a folder. */
const COMMANDS = {
  xz: 'xz -dc FILE | whyreset -',
  bzip2: 'bzip2 -dc FILE | whyreset -',
  lz4: 'lz4 -dc FILE | whyreset -',
  lzip: 'lzip -dc FILE | whyreset -',
  compress: 'gzip -dc FILE | whyreset -',
  tar: 'mkdir evidence && tar -xf FILE -C evidence && whyreset evidence/',
  zip: 'unzip FILE -d evidence && whyreset evidence/',
  '7z': '7z x -oevidence FILE && whyreset evidence/',
  rar: 'mkdir evidence && unrar x FILE evidence/ && whyreset evidence/',
  'journal-file': 'journalctl --file FILE -o short-iso-precise | whyreset -',
} as const

export type PackedKind = keyof typeof COMMANDS

/** What to type to have it read, by its kind. */
export function unpackCommand(kind: PackedKind): string {
  // A saved answer may name a kind that is none.
  return Object.hasOwn(COMMANDS, kind) ? COMMANDS[kind] : 'unpack it first'
}

/** By the magic numbers of the formats' own specifications, as `file` has them. */
const MAGICS: readonly {
  readonly bytes: readonly number[]
  readonly at?: number
  readonly kind: PackedKind
}[] = [
  { bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], kind: 'xz' },
  // `BZh`, the block size, and then a block or the end of the stream.
  { bytes: [0x31, 0x41, 0x59, 0x26, 0x53, 0x59], at: 4, kind: 'bzip2' },
  { bytes: [0x17, 0x72, 0x45, 0x38, 0x50, 0x90], at: 4, kind: 'bzip2' },
  { bytes: [0x50, 0x4b, 0x03, 0x04], kind: 'zip' },
  { bytes: [0x50, 0x4b, 0x05, 0x06], kind: 'zip' },
  { bytes: [0x50, 0x4b, 0x07, 0x08], kind: 'zip' },
  { bytes: [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], kind: '7z' },
  { bytes: [0x04, 0x22, 0x4d, 0x18], kind: 'lz4' },
  { bytes: [0x02, 0x21, 0x4c, 0x18], kind: 'lz4' },
  { bytes: [0x4c, 0x5a, 0x49, 0x50, 0x01], kind: 'lzip' },
  { bytes: [0x1f, 0x9d], kind: 'compress' },
  {
    bytes: [0x52, 0x61, 0x72, 0x21, 0x1a, 0x07],
    kind: 'rar',
  },
  { bytes: [0x75, 0x73, 0x74, 0x61, 0x72], at: 257, kind: 'tar' },
  {
    bytes: [0x4c, 0x50, 0x4b, 0x53, 0x48, 0x48, 0x52, 0x48],
    kind: 'journal-file',
  },
]

/** Names a compression or an archive that is not undone here, or undefined. */
export function recognisePacked(head: Uint8Array): PackedKind | undefined {
  return MAGICS.find(({ bytes, at = 0 }) => bytes.every((byte, i) => head[at + i] === byte))?.kind
}
