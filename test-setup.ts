import * as fc from 'fast-check'
import { vi } from 'vitest'

/** One seed for a run that must say the same tomorrow; WHYRESET_SEED=random (or a number) looks elsewhere. */
const wanted = process.env['WHYRESET_SEED']
const DEFAULT_SEED = 20_261_122

if (wanted !== 'random') fc.configureGlobal({ seed: wanted === undefined ? DEFAULT_SEED : Number(wanted) })

/** What is waited for comes when the machine gets to it: the bound ends a hang. Vitest's own is 1 s, with no setting. */
const HANG_MS = 60_000
const { waitFor, waitUntil } = vi

vi.waitFor = (callback, options) => waitFor(callback, bounded(options))
vi.waitUntil = (callback, options) => waitUntil(callback, bounded(options))

type WaitOptions = Parameters<typeof waitFor>[1]

function bounded(options: WaitOptions): WaitOptions {
  return typeof options === 'number' ? options : { timeout: HANG_MS, ...options }
}
