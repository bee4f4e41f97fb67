import { distance } from './sequence.ts'
import * as L from './row.ts'
import type { Rows } from './rows.ts'

/*
 * What is kept of a connection to tell whether another capture shows the same one, in words: which tracks saw it, its
 * stretch of time, and each direction's stretch of sequence numbers. `at` is the first word.
 */
export const SIGHTED_WORDS = 10
/** Masks of tracks. */
export const S_SEEN = 0
export const S_RESET = 1
/** How it ended (`ending.ts`, bits 0–1), and the flags below. */
export const S_FLAGS = 2
/** Hash of its endpoints. */
export const S_PORTS = 3
/** In ticks. */
export const S_FIRST = 4
const S_LAST = 5
/** Per direction, two words further for direction 1: lowest and highest sequence number. */
const S_FROM = 6
const S_TO = 7

/** The client's SYN was not seen. */
export const IS_LATE = 1 << 2
// Per direction: direction 1 is the next bit up.
/** S_FROM and S_TO hold. */
const IS_PLACED = 1 << 4
/** SYN or SYN,ACK was seen: S_FROM is the initial sequence number. */
const IS_BEGUN = 1 << 6
/** FIN was seen: nothing has a higher number than S_TO. */
const IS_FINISHED = 1 << 8
/** So much was sent that any number may be its own. */
const IS_EVERYWHERE = 1 << 10

/** 17 ms: a word holds more than a year of them. */
const TICK_NS = 2 ** 24
const MAX_TICKS = 2 ** 31 - 1
/** How far apart two sights of one packet may be, as for incidents (`join-vantages.ts`): clocks of two hosts, and the path. */
const SAME_TIME_TICKS = 1.5e9 / TICK_NS
/** How far apart the sequence numbers of two sights of one connection may be, as for incidents. */
const SAME_CONNECTION_BYTES = 1 << 26
/** Of the sequence numbers that there are. */
const HALF_OF_ALL = 2 ** 31

/** Writes down what a row says. */
export function noteSighted(
  { i32: i, f64: f }: Rows,
  row: number,
  flags: number,
  words: Int32Array,
  at: number,
): void {
  const state = i[row + L.U_STATE] as number
  let all = flags
  for (let direction = 0; direction < 2; direction++) {
    const d = row + L.COMMON_WORDS + direction * L.DIRECTION_WORDS
    const peer = row + L.COMMON_WORDS + (1 - direction) * L.DIRECTION_WORDS
    const to = at + S_TO + direction * 2
    const from = at + S_FROM + direction * 2
    if ((state & (L.STATE_SENT << direction)) !== 0) {
      all |= IS_PLACED << direction
      words[from] = i[d + L.U_ISN] as number
      words[to] = i[d + L.U_NEXT] as number
      if ((state & ((L.STATE_SYN | L.STATE_SYN_ACK) << direction)) !== 0) all |= IS_BEGUN << direction
      if ((state & (L.STATE_FIN << direction)) !== 0) all |= IS_FINISHED << direction
      if ((f[(d >> 1) + L.F_BYTES] as number) >= HALF_OF_ALL) all |= IS_EVERYWHERE << direction
    } else if ((state & (L.STATE_ACKED << (1 - direction))) !== 0) {
      // Not seen itself (another path), but acknowledged by the other side.
      all |= IS_PLACED << direction
      words[from] = i[peer + L.U_ACKED] as number
      words[to] = i[peer + L.U_ACKED] as number
    }
  }
  words[at + S_FLAGS] = all
  const lastNs = f[(row >> 1) + L.F_LAST_NS] as number
  // When it was reset: an RST is not among what was last heard.
  const closedNs = (state & L.STATE_CLOSING) === 0 ? lastNs : (f[(row >> 1) + L.F_QUEUED_NS] as number)
  words[at + S_FIRST] = ticks(f[(row >> 1) + L.F_FIRST_NS] as number)
  words[at + S_LAST] = ticks(closedNs > lastNs ? closedNs : lastNs)
}

/** Adds what another sight of the connection shows. */
export function addSighted(words: Int32Array, into: number, from: number): void {
  const flags = words[into + S_FLAGS] as number
  const added = words[from + S_FLAGS] as number
  for (let direction = 0; direction < 2; direction++) {
    if ((added & (IS_PLACED << direction)) === 0) continue
    const low = S_FROM + direction * 2
    const high = S_TO + direction * 2
    const isFirst = (flags & (IS_PLACED << direction)) === 0
    const isBegun = (flags & (IS_BEGUN << direction)) !== 0
    const begins = (added & (IS_BEGUN << direction)) !== 0
    const isLower = distance(words[into + low] as number, words[from + low] as number) < 0
    if (isFirst || (!isBegun && (begins || isLower))) words[into + low] = words[from + low] as number
    if (isFirst || distance(words[into + high] as number, words[from + high] as number) > 0)
      words[into + high] = words[from + high] as number
  }
  // Late is who was late everywhere.
  words[into + S_FLAGS] = ((flags | added) & ~IS_LATE) | (flags & added & IS_LATE)
  words[into + S_SEEN] = (words[into + S_SEEN] as number) | (words[from + S_SEEN] as number)
  words[into + S_RESET] = (words[into + S_RESET] as number) | (words[from + S_RESET] as number)
  words[into + S_FIRST] = Math.min(words[into + S_FIRST] as number, words[from + S_FIRST] as number)
  words[into + S_LAST] = Math.max(words[into + S_LAST] as number, words[from + S_LAST] as number)
}

/** How far apart in time: 0 where they overlap. */
export function ticksApart(words: Int32Array, x: number, y: number): number {
  return Math.max(
    0,
    (words[x + S_FIRST] as number) - (words[y + S_LAST] as number),
    (words[y + S_FIRST] as number) - (words[x + S_LAST] as number),
  )
}

/** What `bytesApart` says where the sequence numbers leave no doubt, so that no clock is asked. */
export const PROVEN = -1

/**
 * How far apart two sights on the same ports are in sequence numbers: `PROVEN` where both directions meet or began with
 * one number, else bytes; Infinity where they are not of one connection. Those that are only near, or of one direction,
 * are of one connection when the clocks say so too.
 */
export function bytesApart(words: Int32Array, x: number, y: number): number {
  const flagsX = words[x + S_FLAGS] as number
  const flagsY = words[y + S_FLAGS] as number
  const both = flagsX & flagsY
  let most = 0
  let met = 0
  for (let direction = 0; direction < 2; direction++) {
    if ((both & (IS_PLACED << direction)) === 0) continue
    const fromX = words[x + S_FROM + direction * 2] as number
    const fromY = words[y + S_FROM + direction * 2] as number
    if ((both & (IS_BEGUN << direction)) !== 0) {
      if (fromX !== fromY) return Infinity
      met = 2
      continue
    }
    if (((flagsX | flagsY) & (IS_EVERYWHERE << direction)) !== 0) continue
    const toX = words[x + S_TO + direction * 2] as number
    const toY = words[y + S_TO + direction * 2] as number
    const afterX = distance(toX, fromY)
    const afterY = distance(toY, fromX)
    if (afterX <= 0 && afterY <= 0) met++
    else if (afterX > 0 && (afterY <= 0 || afterX < afterY)) {
      if (isEdge(flagsX, IS_FINISHED, direction) || isEdge(flagsY, IS_BEGUN, direction)) return Infinity
      most = Math.max(most, afterX)
    } else {
      if (isEdge(flagsY, IS_FINISHED, direction) || isEdge(flagsX, IS_BEGUN, direction)) return Infinity
      most = Math.max(most, afterY)
    }
  }
  if (met >= 2 && most === 0) return PROVEN
  return most <= SAME_CONNECTION_BYTES && ticksApart(words, x, y) <= SAME_TIME_TICKS ? most : Infinity
}

/** Whether the connection has no numbers beyond what was seen of it. */
function isEdge(flags: number, edge: number, direction: number): boolean {
  return (flags & (edge << direction)) !== 0
}

function ticks(ns: number): number {
  return Math.max(-MAX_TICKS, Math.min(MAX_TICKS, Math.floor(ns / TICK_NS)))
}
