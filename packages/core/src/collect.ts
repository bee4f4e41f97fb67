import type { Track } from './derive/build-facts.ts'
import { problem } from './errors.ts'
import type { Evidence, ReadInput } from './evidence.ts'
import type { Input } from './input.ts'
import { readCaptureBytes } from './read-ahead.ts'
import { readHeads } from './read-heads.ts'
import { CaptureReader, firstTime } from './read-capture.ts'
import { recogniseBinary, type BinaryKind } from './read/recognise.ts'
import { TextReader, type TextInput } from './read/text-input.ts'
import { Tracker, type AskedTime } from './tcp/tracker.ts'

/** Enough to recognise any kind and to find a capture's first time stamp. */
const HEAD_BYTES = 65_536
/** The table keeps the track in eight bits, the join of vantages in a mask of 32. */
const MAX_TRACKS = 31
/** The next file of a ring begins with the next packet; a later capture is another vantage, or the same by another clock. */
const MAX_RING_GAP_NS = 300e9

export interface CollectOptions extends AskedTime {
  /** Called now and then while a long input is read. */
  readonly onProgress?: (progress: {
    readonly input: number
    readonly bytes: number
    readonly of?: number
    /** Of a capture: connections that were found reset by now, in all captures. */
    readonly resets?: number
  }) => void
  /** Asked between chunks: true ends the reading, and what was read so far is answered. */
  readonly isInterrupted?: () => boolean
  /** Awaited now and then, so that signals and timers have their turn; without it, nothing waits for another thread. */
  readonly pause?: () => Promise<void>
}

interface Captures {
  readonly tracker: Tracker
  readonly tracks: readonly Track[]
  readonly interrupted: boolean
}

interface Opened {
  readonly index: number
  readonly input: Input
  readonly binary?: BinaryKind
  readonly firstUnixNs?: bigint
  /** The rest of an input that cannot be opened twice, its first chunk included. */
  readonly chunks?: AsyncIterable<Uint8Array>
}

/** Reads every input by its content: captures in order of time into one tracker, texts each into its records. */
export async function collect(inputs: readonly Input[], options: CollectOptions = {}): Promise<Evidence> {
  const read: ReadInput[] = inputs.map((input) => nothing(input.name))
  const opened: Opened[] = []
  for (const [index, input] of inputs.entries()) {
    try {
      opened.push(await look(input, index))
    } catch (error) {
      read[index] = unreadable(input.name, error)
    }
  }
  const captures = opened.filter(({ binary }) => binary === 'pcap' || binary === 'pcapng')
  captures.sort((x, y) => compareTimes(x.firstUnixNs, y.firstUnixNs) || x.index - y.index)
  const { tracker, tracks, interrupted } = await readCaptures(captures, read, options)
  for (const text of opened) {
    if (text.binary === 'pcap' || text.binary === 'pcapng') continue
    if (interrupted && text.chunks !== undefined) continue
    try {
      read[text.index] = await readText(text, options)
    } catch (error) {
      read[text.index] = unreadable(text.input.name, error)
    }
  }
  const heads = await readHeads(inputs, tracker)
  return { inputs: read, tracker, tracks, heads, interrupted }
}

async function readCaptures(
  captures: readonly Opened[],
  read: ReadInput[],
  options: CollectOptions,
): Promise<Captures> {
  const isPreparedAhead =
    options.pause !== undefined && captures.some(({ input }) => input.prepareAhead !== undefined)
  const tracker = new Tracker(captures.length, options, undefined, isPreparedAhead)
  const tracks: { inputs: number[]; fromNs: number; toNs: number }[] = []
  let interrupted = false
  for (const capture of captures) {
    if (interrupted) break
    interrupted = await readCapture(capture, tracker, tracks, read, options)
  }
  tracker.finish()
  return { tracker, tracks, interrupted }
}

async function look(input: Input, index: number): Promise<Opened> {
  const iterator = input.open()[Symbol.asyncIterator]()
  const parts: Uint8Array[] = []
  let length = 0
  let done = false
  while (length < HEAD_BYTES && !done) {
    const next = await iterator.next()
    if (next.done === true) done = true
    else {
      parts.push(next.value.slice())
      length += next.value.length
    }
  }
  const head = concat(parts, Math.min(length, HEAD_BYTES))
  const binary = recogniseBinary(head)
  const isCapture = binary === 'pcap' || binary === 'pcapng'
  const firstUnixNs = isCapture ? firstTime(binary, head) : undefined
  if (input.replay) await iterator.return?.()
  return {
    index,
    input,
    ...(binary === undefined ? {} : { binary }),
    ...(firstUnixNs === undefined ? {} : { firstUnixNs }),
    ...(input.replay ? {} : { chunks: resume(parts, iterator, done) }),
  }
}

async function* resume(
  parts: readonly Uint8Array[],
  iterator: AsyncIterator<Uint8Array>,
  done: boolean,
): AsyncGenerator<Uint8Array> {
  try {
    yield* parts
    if (done) return
    for (;;) {
      const next = await iterator.next()
      if (next.done === true) return
      yield next.value
    }
  } finally {
    await iterator.return?.()
  }
}

async function readCapture(
  { index, input, binary, firstUnixNs, chunks }: Opened,
  tracker: Tracker,
  tracks: { inputs: number[]; fromNs: number; toNs: number }[],
  read: ReadInput[],
  options: CollectOptions,
): Promise<boolean> {
  const known = read[index] ?? nothing(input.name)
  // What follows an earlier capture in time goes on in its track.
  const startNs = tracks.length > 0 && firstUnixNs !== undefined ? tracker.sinceEpoch(firstUnixNs) : undefined
  let track = tracks.findIndex(
    ({ toNs }) => startNs !== undefined && toNs <= startNs && startNs - toNs <= MAX_RING_GAP_NS,
  )
  if (track < 0)
    track = Math.min(tracks.push({ inputs: [], fromNs: Infinity, toNs: -Infinity }) - 1, MAX_TRACKS)
  tracker.startInput(index, track, input.readAt !== undefined)
  const reader = new CaptureReader(binary === 'pcapng' ? 'pcapng' : 'pcap', tracker)
  let bytes = 0
  let interrupted = false
  const problems: ReadInput['problems'][number][] = []
  try {
    for await (const length of readCaptureBytes(input, chunks, reader, options.pause)) {
      bytes += length
      options.onProgress?.({
        input: index,
        bytes,
        resets: tracker.resets.count + tracker.resets.omitted,
        ...(input.byteLength === undefined ? {} : { of: input.byteLength }),
      })
      if (options.isInterrupted?.() === true) {
        interrupted = true
        break
      }
    }
  } catch (error) {
    problems.push(problem('unreadable-input', { reason: reasonOf(error) }, { offset: bytes }))
  }
  // A stream ends by itself when its reading is interrupted.
  if (options.isInterrupted?.() === true) interrupted = true
  const capture = reader.end()
  const place = tracks[track]
  if (place !== undefined && capture.fromNs !== undefined) {
    place.inputs.push(index)
    place.fromNs = Math.min(place.fromNs, capture.fromNs)
    place.toNs = Math.max(place.toNs, capture.toNs ?? capture.fromNs)
  }
  // It ends where the reading ended: that is no damage.
  const found = interrupted
    ? capture.problems.filter(({ code }) => code !== 'capture-cut-short')
    : capture.problems
  read[index] = { ...known, capture, problems: [...problems, ...found] }
  return interrupted
}

async function readText(
  { index, input, binary, chunks }: Opened,
  options: CollectOptions,
): Promise<ReadInput> {
  if (binary !== undefined) {
    // gzip or zstd inside what should have been decompressed: archives of archives, or a runtime without zstd.
    const found = problem('compressed-input', { compression: binary })
    return { ...nothing(input.name), isUnknown: true, problems: [found] }
  }
  const reader = new TextReader(input.name)
  let bytes = 0
  for await (const chunk of chunks ?? input.open()) {
    reader.push(chunk)
    bytes += chunk.length
    options.onProgress?.({
      input: index,
      bytes,
      ...(input.byteLength === undefined ? {} : { of: input.byteLength }),
    })
    if (reader.isHopeless) break
  }
  return toReadInput(input.name, reader.end())
}

function toReadInput(path: string, { records, problems }: TextInput): ReadInput {
  const base = { ...nothing(path), problems }
  switch (records.kind) {
    case 'socket-table':
      return { ...base, tables: records.tables }
    case 'kernel-trace':
      return { ...base, trace: records.trace }
    case 'counters':
      return { ...base, counters: records.counters }
    case 'log':
      return { ...base, gcLogs: records.gcLogs, appLog: records.appLog }
    case 'manifest':
      return records.manifest === undefined ? base : { ...base, manifest: records.manifest }
    case 'diagnosis':
    case 'unknown':
      return { ...base, isUnknown: true }
  }
}

function nothing(path: string): ReadInput {
  return { path, gcLogs: [], tables: [], isUnknown: false, problems: [] }
}

function unreadable(path: string, error: unknown): ReadInput {
  return {
    ...nothing(path),
    isUnknown: true,
    problems: [problem('unreadable-input', { reason: reasonOf(error) })],
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function compareTimes(x: bigint | undefined, y: bigint | undefined): number {
  if (x === undefined || y === undefined) return x === y ? 0 : x === undefined ? 1 : -1
  return x < y ? -1 : x > y ? 1 : 0
}

function concat(parts: readonly Uint8Array[], limit: number): Uint8Array {
  const joined = new Uint8Array(limit)
  let at = 0
  for (const part of parts) {
    const fits = part.subarray(0, limit - at)
    joined.set(fits, at)
    at += fits.length
  }
  return joined
}
