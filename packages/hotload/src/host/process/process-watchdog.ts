/** Runs in a thread of the child process: ends the process when its host is gone, also while the package loops. */
import { Socket } from 'node:net'

/** Nothing is ever written to it: it ends with the host. */
const LIFELINE_FD = 4

const lifeline = new Socket({ fd: LIFELINE_FD })
lifeline.on('error', endProcess).on('close', endProcess).resume()

function endProcess(): void {
  // `process.exit` of a thread ends the thread alone.
  process.kill(process.pid, 'SIGKILL')
}
