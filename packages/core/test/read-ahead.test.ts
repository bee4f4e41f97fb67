import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { analyze, type Diagnosis, type Input } from '../src/index.ts'
import { headsReader } from '../src/tcp/heads-ahead.ts'
import { A_STATE, AHEAD_READY } from '../src/tcp/kernel-layout.ts'
import { slotFiller } from '../src/tcp/prepare-ahead.ts'
import { connection, merge, pcap } from './build/index.ts'

const CHUNK_BYTES = 65_536

/** Some hundred kilobytes, a tenth of the connections reset. */
function capture(): Uint8Array {
  const scripts = Array.from({ length: 600 }, (_, index) => {
    const client = `10.1.${index >> 8}.${index & 255}:${30_000 + index}`
    const script = connection({ client, server: '10.0.0.200:8080' }).after(index / 500)
    script.handshake().client.send(`GET /${index} HTTP/1.1\r\n\r\n`).server.send(700)
    if (index % 10 === 0) script.client.rst()
    else script.client.fin().server.fin().client.ack()
    return script
  })
  return pcap(merge(...scripts))
}

function inputOf(bytes: Uint8Array, more: Partial<Input>): Input {
  return {
    name: 'a.pcap',
    replay: true,
    byteLength: bytes.length,
    async *open() {
      for (let at = 0; at < bytes.length; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES)
    },
    readAt: (offset, length) => Promise.resolve(bytes.slice(offset, offset + length)),
    ...more,
  }
}

async function diagnose(input: Input): Promise<Diagnosis> {
  const { diagnosis } = await analyze([input], { pause: () => setImmediate() })
  return diagnosis
}

function copy(bytes: Uint8Array, into: Uint8Array, offset: number, length: number): number {
  const chunk = bytes.subarray(offset, offset + Math.min(length, into.length))
  into.set(chunk)
  return chunk.length
}

/** A thread that is ready at once and fills as many slots as are asked of it, then is gone. */
function threadOf(bytes: Uint8Array, slots: number): Pick<Input, 'prepareAhead'> & { started: number } {
  const thread = {
    started: 0,
    prepareAhead(
      job: Parameters<NonNullable<Input['prepareAhead']>>[0],
      lost: () => void,
    ): () => Promise<void> {
      thread.started++
      Atomics.store(new Int32Array(job.memory.buffer), A_STATE >> 2, AHEAD_READY)
      const fill = slotFiller(job, (into, offset) => copy(bytes, into, offset, 5000))
      setTimeout(() => {
        for (let filled = 0; filled < slots && fill(); filled++);
        lost()
      })
      return () => Promise.resolve()
    },
  }
  return thread
}

test.each([0, 1, 7])('a thread that is lost after %i slots changes nothing', async (slots) => {
  const bytes = capture()
  expect(bytes.length).toBeGreaterThan(3 * CHUNK_BYTES)
  const alone = await diagnose(inputOf(bytes, {}))
  const thread = threadOf(bytes, slots)
  const found = await diagnose(inputOf(bytes, thread))
  expect(thread.started).toBe(1)
  expect(alone.summary.reset).toBe(60)
  expect(found).toEqual(alone)
})

test('heads that the thread has read are not read again, and say the same', async () => {
  const bytes = capture()
  const counted = (reads: number[]): Partial<Input> => ({
    readAt(offset, length) {
      reads.push(offset)
      return bytes.slice(offset, offset + length)
    },
  })
  const aloneReads: number[] = []
  const alone = await diagnose(inputOf(bytes, counted(aloneReads)))
  const restReads: number[] = []
  const readAhead: number[] = []
  const found = await diagnose(
    inputOf(bytes, {
      ...counted(restReads),
      prepareAhead(job) {
        Atomics.store(new Int32Array(job.memory.buffer), A_STATE >> 2, AHEAD_READY)
        const fill = slotFiller(job, (into, offset) => copy(bytes, into, offset, 60_000))
        const readHeads = headsReader(job, (into, offset) => {
          readAhead.push(offset)
          // The last one comes short, as from a file that shrank.
          return copy(bytes, into, offset, readAhead.length === 20 ? 5 : into.length)
        })
        const turn = (): void => {
          readHeads()
          if (fill()) setTimeout(turn)
        }
        setTimeout(turn)
        return () => Promise.resolve()
      },
    }),
  )
  expect(found).toEqual(alone)
  expect(readAhead.length).toBeGreaterThan(20)
  const missed = aloneReads.filter((offset) => !readAhead.includes(offset))
  expect(new Set(restReads)).toEqual(new Set([...missed, readAhead[19]]))
})

test('whoever interrupts does not wait for a thread that says nothing', async () => {
  const bytes = capture()
  let turns = 0
  const silent = inputOf(bytes, {
    prepareAhead(job) {
      Atomics.store(new Int32Array(job.memory.buffer), A_STATE >> 2, AHEAD_READY)
      return () => Promise.resolve()
    },
  })
  const { diagnosis } = await analyze([silent], {
    pause: () => {
      turns++
      return setImmediate()
    },
    isInterrupted: () => turns > 2,
  })
  expect(diagnosis.summary.packets).toBeGreaterThan(0)
  expect(diagnosis.summary.reset).toBeLessThan(60)
})

test('without turns of an event loop nothing waits for a thread', async () => {
  const bytes = capture()
  const thread = threadOf(bytes, 0)
  const { diagnosis } = await analyze([inputOf(bytes, thread)])
  expect(thread.started).toBe(0)
  expect(diagnosis.summary.reset).toBe(60)
})

test('the thread of one capture is gone before that of the next one starts: they use the same memory', async () => {
  const bytes = capture()
  const said: string[] = []
  const inputs = [0, 1].map((which) =>
    inputOf(bytes, {
      // Never ready, so that the capture ends without it.
      prepareAhead() {
        said.push(`start ${which}`)
        return async () => {
          await setImmediate()
          said.push(`gone ${which}`)
        }
      },
    }),
  )
  await analyze(inputs, { pause: () => setImmediate() })
  expect(said).toEqual(['start 0', 'gone 0', 'start 1', 'gone 1'])
})
