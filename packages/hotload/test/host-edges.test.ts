import { describe, expect, it } from 'vitest'
import { processLoader, workerLoader } from '@whyreset/hotload'
import { load, rejectionOf } from './host-package.ts'

/** Finds the port that the guest speaks through, as a package that means harm would. */
const FIND_PORT = `
import { MessagePort } from 'node:worker_threads'
const port = process._getActiveHandles().find((handle) => handle instanceof MessagePort)
`

const ODD_ERRORS = `
export const ok = () => 'ok'
export function getter() {
  throw Object.defineProperty(new Error('odd'), 'more', { enumerable: true, get() { throw new Error('not now') } })
}
export function message() { throw Object.defineProperty(new Error('odd'), 'message', { get() { throw 1 } }) }
export async function revoked() { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); throw proxy }
export function round() { const error = new Error('round'); error.cause = error; throw error }
export function many() {
  const error = new AggregateError([], 'many')
  error.errors = Array(64).fill(error)
  error.cause = error
  throw error
}
`

describe.each([
  ['worker', workerLoader()],
  ['process', processLoader()],
])('in %s isolation', (_, loader) => {
  it.each([
    ['whose getter throws', 'getter', 'odd'],
    ['whose message throws', 'message', ''],
    ['that is a revoked proxy', 'revoked', 'what was thrown cannot be read'],
    ['that is its own cause', 'round', 'round'],
    ['that stands 64 times in itself', 'many', 'many'],
  ])('an error %s fails its call alone', async (_what, method, message) => {
    const isolate = await load(loader, ODD_ERRORS)
    const error = await rejectionOf(isolate.call(method, []))
    expect(error.message).toBe(message)
    expect(await isolate.call('ok', [])).toBe('ok')
  })
})

describe('a hostile package in a worker', () => {
  it('does not keep the host busy with an error that stands 64 times in itself', async () => {
    const isolate = await load(
      workerLoader(),
      `${FIND_PORT}
const record = { error: true, name: 'Error', message: 'deep', props: [] }
record.errors = Array(64).fill(record)
record.cause = record
export function run() { port.postMessage([2, 1, record]) }`,
    )
    const error = await rejectionOf(isolate.call('run', []))
    expect(error).toMatchObject({ message: 'deep' })
  })
})
