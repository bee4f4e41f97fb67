import { setFlagsFromString } from 'node:v8'

/*
 * V8 is set up for processes that go on: one that answers once and ends has other needs. By the versions of V8 that Node
 * 20, 22 and 24 have, for it complains on standard error of a flag that it does not know. The figures are of 9.6 million
 * packets with 6,011 resets on two cores.
 */

interface Setting {
  readonly usual: string
  readonly once: string
}

/**
 * When it turns what it interprets into machine code. The thread that compiles shares two cores with the two that read a
 * capture, and most of what it makes is run a few thousand times more: Node 20 took 0.95 s, now 0.88, and a seventh less
 * processor time. Later versions decide better by themselves.
 */
const COMPILING: Readonly<Record<string, Setting>> = {
  '11': { usual: '--interrupt-budget=67584', once: '--interrupt-budget=600000' },
  '12': { usual: '--invocation-count-for-turbofan=3000', once: '--invocation-count-for-turbofan=30000' },
}
/**
 * How many times larger its young memory becomes when much of it outlives a collection. What is known of a reset lives
 * until the answer, and young memory that stays in the processor's cache takes 10 ms of 760 off, and a third of the heap.
 * Not before a large capture is read: as small as it begins, what lives a moment would become old.
 */
const GROWTH: Setting = { usual: '--semi-space-growth-factor=2', once: '--semi-space-growth-factor=1' }
const GROWING_VERSIONS = ['11', '12', '13']
const LARGE_BYTES = 64 << 20
/** With more of them to judge, compiled code is worth its price: 150,000 took 1.35 s, compiled later 1.6. */
const MANY_RESETS = 10_000

const [version = ''] = process.versions.v8.split('.')
const compiling = COMPILING[version]
const growth = GROWING_VERSIONS.includes(version) ? GROWTH : undefined
let isOnce = false

/** For a process that answers once and ends. */
export function answerOnce(): void {
  isOnce = true
  set(compiling?.once)
}

/** How far an input is read, and how many resets were found by then: many of them are as good as going on. */
export function noteRead({
  bytes,
  of = Infinity,
  resets = 0,
}: {
  bytes: number
  of?: number
  resets?: number
}): void {
  if (!isOnce) return
  if (resets > MANY_RESETS) {
    isOnce = false
    set(compiling?.usual)
    set(growth?.usual)
  } else if (bytes >= of && of >= LARGE_BYTES) set(growth?.once)
}

function set(flag: string | undefined): void {
  if (flag !== undefined) setFlagsFromString(flag)
}
