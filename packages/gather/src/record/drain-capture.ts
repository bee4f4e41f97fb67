import type { RunningProgram } from './programs.ts'

/** At most: a machine that is busier than that loses what it has not read. */
const DRAIN_MS = 5000
const ASK_AGAIN_MS = 50

interface Totals {
  readonly captured: number
  /** Passed the filter, and was neither captured nor dropped so far. */
  readonly left: number
}

/**
 * Resolves when a running tcpdump has read all that the kernel has for it: what is there when it is ended is lost.
 * `batchMs` is for how long the kernel may hold packets back.
 */
export async function drainCapture(tcpdump: RunningProgram, batchMs: number): Promise<void> {
  const began = performance.now()
  for (let before: number | undefined; ;) {
    const now = await askTotals(tcpdump, began + DRAIN_MS - performance.now())
    if (now === undefined || now.left <= 0) return
    // On loopback libpcap throws away a copy of each packet: then nothing more comes, though some is left.
    if (performance.now() - began > batchMs && now.captured === before) return
    before = now.captured
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS))
  }
}

/** Undefined when it does not answer in time, or has ended. */
function askTotals({ child, stderr, ended }: RunningProgram, maxMs: number): Promise<Totals | undefined> {
  return new Promise((resolve) => {
    let said = ''
    const hear = (text: string): void => {
      said += text
      const totals = totalsIn(said)
      if (totals !== undefined) finish(totals)
    }
    const finish = (totals: Totals | undefined): void => {
      clearTimeout(timer)
      stderr.off('data', hear)
      resolve(totals)
    }
    const timer = setTimeout(finish, maxMs, undefined)
    stderr.on('data', hear)
    void ended.then(() => finish(undefined))
    child.kill('SIGUSR1')
  })
}

/** Of `tcpdump: 40 packets captured, 42 packets received by filter, 0 packets dropped by kernel`. */
function totalsIn(text: string): Totals | undefined {
  const found =
    /(\d+) packets? captured, (\d+) packets? received by filter, (\d+) packets? dropped by kernel/.exec(text)
  if (found === null) return undefined
  const [captured = 0, received = 0, dropped = 0] = found.slice(1).map(Number)
  return { captured, left: received - captured - dropped }
}
