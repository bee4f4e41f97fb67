type Body = ReadableStream<Uint8Array<ArrayBuffer>>

/** RFC 1952 §2.3: the fixed part of a member's header, and the length of what it holds (modulo 2^32) at its end. */
const HEADER_BYTES = 10
const LENGTH_BYTES = 4
const HELD_BYTES = HEADER_BYTES - 1 + LENGTH_BYTES

/**
 * Undoes gzip, also of several members one after another, as `cat a.gz b.gz` leaves them. DecompressionStream ends with
 * the first and does not tell where. So what looks like a header is taken for one where the length before it is that of
 * all that came out of the member so far.
 */
export async function* gunzip(body: Body): AsyncGenerator<Uint8Array> {
  const reader = body.getReader()
  let member = openMember()
  let held = new Uint8Array(0)
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      const bytes = joined(held, next.value)
      let from = 0
      for (let at = headerFrom(bytes, LENGTH_BYTES); at !== -1; at = headerFrom(bytes, at + 1)) {
        await member.write(bytes.slice(from, at))
        yield* member.taken()
        from = at
        if (!(await member.isWhole(lengthBefore(bytes, at)))) continue
        await member.end()
        yield* member.taken()
        member = openMember()
      }
      const to = Math.max(from, bytes.length - HELD_BYTES)
      held = bytes.slice(to)
      await member.write(bytes.slice(from, to))
      yield* member.taken()
    }
    await member.write(held)
    yield* member.taken()
    await member.end()
    yield* member.taken()
  } catch (error) {
    // What was whole before the damage.
    yield* member.taken()
    throw error
  } finally {
    await Promise.allSettled([member.cancel(), reader.cancel()])
  }
}

interface Member {
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>
  /** What came out since the last time. */
  taken(): readonly Uint8Array[]
  /** Whether this many bytes, modulo 2^32, came out so far. */
  isWhole(length: number): Promise<boolean>
  /** Rejects where the member is not whole or its checksum differs. */
  end(): Promise<void>
  cancel(): Promise<void>
}

function openMember(): Member {
  const { readable, writable } = new DecompressionStream('gzip')
  const writer = writable.getWriter()
  const reader = readable.getReader()
  let bytes = 0
  let ready: Uint8Array[] = []
  const reading = (async (): Promise<void> => {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      bytes += next.value.length
      ready.push(next.value)
    }
  })()
  // Said by what is written next; until then nobody listens.
  reading.catch(() => undefined)
  writer.closed.catch(() => undefined)
  return {
    write: (some) => writer.write(some),
    taken() {
      const taken = ready
      ready = []
      return taken
    },
    async isWhole(length) {
      // What was written is undone by now; that it was read is told in a later turn.
      if (bytes === 0 || bytes % 2 ** 32 !== length) await turn()
      return bytes % 2 ** 32 === length
    },
    async end() {
      await writer.close()
      await reading
    },
    cancel: () => reader.cancel(),
  }
}

/** Where a header could begin, with its whole fixed part in `bytes`; -1 where none does. */
function headerFrom(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0x1f, from); at !== -1; at = bytes.indexOf(0x1f, at + 1)) {
    if (at + HEADER_BYTES > bytes.length) return -1
    // Deflate is the only method, and three flags are reserved.
    if (bytes[at + 1] === 0x8b && bytes[at + 2] === 8 && ((bytes[at + 3] ?? 0) & 0xe0) === 0) return at
  }
  return -1
}

function lengthBefore(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(at - LENGTH_BYTES, true)
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(first.length + second.length)
  all.set(first)
  all.set(second, first.length)
  return all
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0)
  })
}
