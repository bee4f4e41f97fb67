/** Runs in the child process: its first module. */
import { Socket } from 'node:net'
import { Worker } from 'node:worker_threads'
import { Guest } from '../guest/guest.ts'
import { readFrames, writeFrame } from './frames.ts'

/** Beside the standard streams. */
const PIPE_FD = 3

const pipe = new Socket({ fd: PIPE_FD, readable: true, writable: true })
const guest = new Guest((batch) => writeFrame(pipe, batch))
readFrames(pipe, (batch) => {
  if (Array.isArray(batch)) guest.receive(batch)
})
// The host is gone: nobody is left to end this process.
pipe.on('error', () => process.exit())
pipe.on('close', () => process.exit())
watchHost()

/** A package in an endless loop hears of no event. Node's permission model denies the thread where `workers` is not allowed. */
function watchHost(): void {
  try {
    const watchdog = new Worker(new URL('process-watchdog.js', import.meta.url), {
      name: 'hotload-watchdog',
      execArgv: [],
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
    })
    watchdog.on('error', () => undefined)
    watchdog.unref()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_ACCESS_DENIED')) throw error
  }
}
