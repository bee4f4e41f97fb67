import { expect, test } from 'vitest'
import { deferred } from '../src/host/deferred.ts'
import type { Clock } from '../src/source/clock.ts'
import { createPoller, type PollOutcome, type PollRequest } from '../src/source/poller.ts'

const EVERY_MS = 30_000

/** Time that passes when it is told to. */
class FakeClock implements Clock {
  #now = 0
  readonly #timers = new Map<object, { readonly dueMs: number; readonly callback: () => void }>()

  now(): number {
    return this.#now
  }

  after(ms: number, callback: () => void): () => void {
    const key = {}
    this.#timers.set(key, { dueMs: this.#now + ms, callback })
    return () => this.#timers.delete(key)
  }

  async advance(ms: number): Promise<void> {
    const endMs = this.#now + ms
    for (;;) {
      let next: [object, { readonly dueMs: number; readonly callback: () => void }] | undefined
      for (const entry of this.#timers)
        if (entry[1].dueMs <= endMs && entry[1].dueMs < (next?.[1].dueMs ?? Infinity)) next = entry
      if (next === undefined) break
      this.#timers.delete(next[0])
      this.#now = Math.max(this.#now, next[1].dueMs)
      next[1].callback()
      await settled()
    }
    this.#now = endMs
  }
}

/** Lets promises that are resolved run what waits for them. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 12; turn++) await Promise.resolve()
}

/** The same row of numbers in every run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const UNCHANGED: PollOutcome = { kind: 'unchanged' }
const FAILED: PollOutcome = { kind: 'failed' }

test('P8: 1,000 clients come back spread over an interval after a restart of the provider', async () => {
  const clock = new FakeClock()
  const random = seeded(7)
  const DOWN_MS = 10 * EVERY_MS
  const UP_MS = DOWN_MS + 90_000
  const asked: number[] = []
  const pollers = Array.from({ length: 1000 }, () =>
    createPoller({
      schedule: { everyMs: EVERY_MS },
      poll: () => {
        asked.push(clock.now())
        const isDown = clock.now() >= DOWN_MS && clock.now() < UP_MS
        return Promise.resolve(isDown ? FAILED : UNCHANGED)
      },
      clock,
      random,
    }),
  )
  for (const poller of pollers) poller.start()
  await clock.advance(UP_MS + 10 * EVERY_MS)
  const after = asked.filter((ms) => ms >= UP_MS)
  const busiest = busiestSecond(after)
  // 1,000 clients at 30 s are 33 a second; together they would be 1,000.
  expect(busiest).toBeLessThan(100)
  // And nobody stays away: the wait after failures is bounded.
  const perInterval = after.length / ((clock.now() - UP_MS) / EVERY_MS)
  expect(perInterval).toBeGreaterThan(800)
  // While it was down it was asked less than usual.
  const down = asked.filter((ms) => ms >= DOWN_MS && ms < UP_MS)
  expect(busiestSecond(down)).toBeLessThan(100)
})

test('P8: 1,000 waits that one restart cut do not come back together', async () => {
  const clock = new FakeClock()
  const random = seeded(9)
  let cut = deferred<PollOutcome>()
  const asked: number[] = []
  const pollers = Array.from({ length: 1000 }, () =>
    createPoller({
      schedule: { everyMs: EVERY_MS, waitMs: EVERY_MS },
      poll: ({ waitMs }) => {
        asked.push(clock.now())
        return waitMs === undefined ? Promise.resolve(UNCHANGED) : cut.promise
      },
      clock,
      random,
    }),
  )
  for (const poller of pollers) poller.start()
  await clock.advance(3 * EVERY_MS)
  const before = asked.length
  const { resolve } = cut
  cut = deferred()
  resolve(FAILED)
  await settled()
  await clock.advance(EVERY_MS)
  expect(asked.length - before).toBeGreaterThan(900)
  expect(busiestSecond(asked.slice(before))).toBeLessThan(120)
})

test('P8: who is told the same Retry-After comes after it, spread', async () => {
  const clock = new FakeClock()
  const random = seeded(11)
  const asked: number[] = []
  const pollers = Array.from({ length: 1000 }, () =>
    createPoller({
      schedule: { everyMs: EVERY_MS },
      poll: () => {
        asked.push(clock.now())
        return Promise.resolve({ kind: 'failed', retryAfterMs: 120_000 } as const)
      },
      clock,
      random,
    }),
  )
  await Promise.all(
    pollers.map((poller) => {
      poller.start()
      return poller.check()
    }),
  )
  await settled()
  asked.length = 0
  await clock.advance(120_000 + EVERY_MS)
  expect(asked).toHaveLength(1000)
  expect(Math.min(...asked)).toBeGreaterThanOrEqual(120_000)
  expect(busiestSecond(asked)).toBeLessThan(100)
})

test('a provider that is down is asked ever less often, and at least every five minutes', async () => {
  const clock = new FakeClock()
  const asked: number[] = []
  const poller = createPoller({
    schedule: { everyMs: 1000 },
    poll: () => {
      asked.push(clock.now())
      return Promise.reject(new Error('down'))
    },
    clock,
    random: () => 0.999,
  })
  poller.start()
  await clock.advance(3_600_000)
  const pauses = asked.slice(1).map((ms, index) => Math.round((ms - (asked[index] ?? 0)) / 1000))
  expect(pauses.slice(0, 5)).toEqual([1, 2, 4, 8, 16])
  expect(Math.max(...pauses)).toBe(300)
})

test('checks that are wanted while one is under way become one after it', async () => {
  const answers = [deferred<PollOutcome>(), deferred<PollOutcome>()]
  let asked = 0
  const poller = createPoller({
    schedule: { everyMs: EVERY_MS },
    poll: () => answers[asked++]?.promise ?? Promise.resolve(FAILED),
    clock: new FakeClock(),
  })
  const first = poller.check()
  const others = [poller.check(), poller.check(), poller.check()]
  answers[0]?.resolve(UNCHANGED)
  answers[1]?.resolve({ kind: 'offered' })
  expect(await first).toEqual(UNCHANGED)
  expect(await Promise.all(others)).toEqual(others.map(() => ({ kind: 'offered' })))
  expect(asked).toBe(2)
})

test('a check that is wanted while one waits at the provider ends the wait', async () => {
  const clock = new FakeClock()
  const requests: PollRequest[] = []
  const poller = createPoller({
    schedule: { everyMs: EVERY_MS, waitMs: EVERY_MS },
    poll: async (asked) => {
      requests.push(asked)
      if (asked.waitMs !== undefined)
        await new Promise((resolve) => asked.signal.addEventListener('abort', resolve))
      return UNCHANGED
    },
    clock,
  })
  poller.start()
  await poller.check()
  await clock.advance(1000)
  expect(requests.map(({ waitMs }) => waitMs)).toEqual([undefined, EVERY_MS])
  await poller.check()
  expect(requests[1]?.signal.aborted).toBe(true)
  expect(requests.map(({ waitMs }) => waitMs)).toEqual([undefined, EVERY_MS, undefined])
  await poller.close()
})

test('a provider that does not hold its answer is polled', async () => {
  const clock = new FakeClock()
  let asked = 0
  const poller = createPoller({
    schedule: { everyMs: EVERY_MS, waitMs: EVERY_MS },
    poll: () => {
      asked++
      return Promise.resolve(UNCHANGED)
    },
    clock,
  })
  poller.start()
  await clock.advance(100 * EVERY_MS)
  expect(asked).toBeLessThan(200)
  expect(asked).toBeGreaterThan(60)
})

test('versions that are published one after the other are seen as soon as each is there', async () => {
  const clock = new FakeClock()
  const waits: { resolve: (outcome: PollOutcome) => void }[] = []
  const poller = createPoller({
    schedule: { everyMs: EVERY_MS, waitMs: EVERY_MS },
    poll: ({ waitMs }) => {
      if (waitMs === undefined) return Promise.resolve({ kind: 'offered' })
      const answer = deferred<PollOutcome>()
      waits.push(answer)
      return answer.promise
    },
    clock,
  })
  poller.start()
  await poller.check()
  for (let published = 1; published <= 5; published++) {
    await clock.advance(2000)
    expect(waits).toHaveLength(published)
    waits.at(-1)?.resolve({ kind: 'offered' })
    await settled()
  }
  await clock.advance(2000)
  waits.at(-1)?.resolve(UNCHANGED)
  await poller.close()
})

test('a provider that offers something whenever it is asked is polled', async () => {
  const clock = new FakeClock()
  let asked = 0
  const poller = createPoller({
    schedule: { everyMs: EVERY_MS, waitMs: EVERY_MS },
    poll: () => {
      asked++
      return Promise.resolve({ kind: 'offered' })
    },
    clock,
  })
  poller.start()
  await clock.advance(100 * EVERY_MS)
  expect(asked).toBeLessThan(220)
  expect(asked).toBeGreaterThan(60)
})

test('where something on the way cuts every wait, it is polled, and waits are tried again later', async () => {
  const clock = new FakeClock()
  const waits: boolean[] = []
  const poller = createPoller({
    schedule: { everyMs: EVERY_MS, waitMs: EVERY_MS },
    poll: ({ waitMs }) => {
      waits.push(waitMs !== undefined)
      return Promise.resolve(waitMs === undefined ? UNCHANGED : FAILED)
    },
    clock,
  })
  poller.start()
  await clock.advance(60 * EVERY_MS)
  const longestWithout = waits
    .map(String)
    .join(' ')
    .split('true')
    .map((run) => run.match(/false/g)?.length ?? 0)
  expect(Math.max(...longestWithout)).toBeGreaterThanOrEqual(20)
  expect(waits.filter(Boolean).length).toBeGreaterThan(2)
  expect(waits.filter(Boolean).length).toBeLessThan(waits.length / 4)
})

test('what is closed asks no more', async () => {
  const clock = new FakeClock()
  let asked = 0
  const poller = createPoller({
    schedule: { everyMs: EVERY_MS },
    poll: () => {
      asked++
      return Promise.resolve(UNCHANGED)
    },
    clock,
  })
  poller.start()
  expect(poller.nextInMs).toBeLessThanOrEqual(EVERY_MS)
  await poller.close()
  await clock.advance(10 * EVERY_MS)
  expect(asked).toBe(0)
  await expect(poller.check()).rejects.toMatchObject({ code: 'HOTLOAD_CLOSED' })
})

function busiestSecond(times: readonly number[]): number {
  const counts = new Map<number, number>()
  for (const ms of times) counts.set(Math.floor(ms / 1000), (counts.get(Math.floor(ms / 1000)) ?? 0) + 1)
  return Math.max(0, ...counts.values())
}
