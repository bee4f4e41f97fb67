import { setFlagsFromString } from 'node:v8'

/** V8 of Node 20 turns what was interpreted for so many bytes of bytecode into machine code, some three times as much. */
const USUAL = 67_584
/**
 * Nine times as late. The thread that compiles shares two cores with the two that read a capture, and most of what it
 * makes is run a few thousand times more: 9.6 million packets with 6,011 resets took 0.95 s, now 0.88.
 */
const LATER = 600_000
/** With more of them to judge, compiled code is worth its price: 150,000 took 1.35 s, compiled later 1.6. */
const MANY_RESETS = 10_000

/** Later versions decide otherwise, and say so on standard error of a flag that they do not know. */
const isKnown = process.versions.v8.startsWith('11.')

let isLater = false

/** For a process that answers once and ends. */
export function compileLater(): void {
  if (!isKnown) return
  isLater = true
  setFlagsFromString(`--interrupt-budget=${LATER}`)
}

/** Takes it back once there is enough to do. */
export function compileForMany(resets: number): void {
  if (!isLater || resets <= MANY_RESETS) return
  isLater = false
  setFlagsFromString(`--interrupt-budget=${USUAL}`)
}
