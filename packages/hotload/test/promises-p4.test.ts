import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

interface Result {
  readonly reloads: number
  readonly samples: readonly { readonly at: number; readonly mb: number }[]
  readonly timers: number
  readonly listeners: number
}

/** A module that is imported anew costs 5 400 KB; bench/hotload.mjs measures the slope over 500 reloads. */
const MAX_GROWTH_KB = 300

/** On a machine that does much else. */
const BUSY_MS = 900_000

describe('P4: memory does not grow with reloads', () => {
  it(
    '120 reloads of 1 MB under a heap of 256 MB, where import() anew dies of the first 100',
    async () => {
      const { reloads, samples } = await run(['--expose-gc', '--max-old-space-size=256'], 'reload', 120)
      expect(reloads).toBe(120)
      // The least of a stretch: what collectors have not given back yet is not growth.
      const least = (from: number, to: number) =>
        Math.min(...samples.filter(({ at }) => at > from && at <= to).map(({ mb }) => mb))
      const growthKb = ((least(90, 120) - least(30, 60)) * 1024) / 60
      expect(growthKb).toBeLessThan(MAX_GROWTH_KB)
    },
    BUSY_MS,
  )

  it('a package with 5 MB of state, a timer and listeners leaves none of them, and no memory', async () => {
    const { samples, timers, listeners } = await run(['--expose-gc'], 'dirty', 40)
    expect({ timers, listeners }).toEqual({ timers: 0, listeners: 0 })
    // 30 of them would be 150 MB.
    const [first, last] = [samples.find(({ at }) => at === 10)?.mb ?? 0, samples.at(-1)?.mb ?? 0]
    expect(last - first).toBeLessThan(75)
  })
})

async function run(flags: readonly string[], mode: string, reloads: number): Promise<Result> {
  const program = fileURLToPath(new URL('promises-memory.mjs', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, program, mode, String(reloads)])
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Result
}
