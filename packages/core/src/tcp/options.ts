// RFC 9293 §3.1, RFC 7323 §2–3, RFC 2018 §2
const END = 0
const NO_OPERATION = 1
const WINDOW_SCALE = 3
const SACK_PERMITTED = 4
const TIMESTAMPS = 8
/** RFC 7323 §2.3: a larger shift counts as 14. */
const MAX_SHIFT = 14

export interface TcpOptions {
  /** −1: the option is absent. */
  windowScale: number
  timestamps: boolean
  tsval: number
  sack: boolean
  /** Any option but padding. */
  any: boolean
}

/** Reads the options between `offset` and `end` into `into`; stops at the first malformed one. */
export function readOptions(view: DataView, offset: number, end: number, into: TcpOptions): void {
  into.windowScale = -1
  into.timestamps = false
  into.tsval = 0
  into.sack = false
  into.any = false
  let position = offset
  while (position < end) {
    const kind = view.getUint8(position)
    if (kind === END) return
    if (kind === NO_OPERATION) {
      position++
      continue
    }
    if (position + 2 > end) return
    const length = view.getUint8(position + 1)
    if (length < 2 || position + length > end) return
    into.any = true
    if (kind === WINDOW_SCALE && length === 3)
      into.windowScale = Math.min(view.getUint8(position + 2), MAX_SHIFT)
    else if (kind === SACK_PERMITTED) into.sack = true
    else if (kind === TIMESTAMPS && length === 10) {
      into.timestamps = true
      into.tsval = view.getUint32(position + 2)
    }
    position += length
  }
}
