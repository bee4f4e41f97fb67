/** Runs in the child process: its first module. */
import { Socket } from 'node:net'
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
