/*
 * Connections that have ended, and their streams' numbers: as `tcp/recent-identities.ts` and `tcp/stream-numbers.ts`,
 * which have them between runs, for IPv4.
 */
import * as K from '../src/tcp/kernel-layout'
import * as V from '../src/tcp/remembered-stream'
import * as L from '../src/tcp/row'
import * as T from '../src/tcp/table-limits'
import { partOf, u } from './memory'

const ENTRY_BYTES: i32 = T.REMEMBERED_WORDS << 2
const GENERATION_BYTES: i32 = T.REMEMBERED * ENTRY_BYTES
const SLOT_MASK: i32 = T.REMEMBERED_SLOTS - 1
const IN_LINE: i32 = T.REMEMBERED_SLOTS_OF_LINE - 1
const LINE_BYTES: i32 = T.REMEMBERED_SLOTS_OF_LINE << 2

/** Whether an earlier connection on the same ports may be remembered. @param input the number of the input */
export function mayHold(a: i32, b: i32, ports: i32, input: i32): bool {
  const high = highHash(a, b, ports, input)
  const check = lowHash(a, b, ports, input) >>> T.REMEMBERED_CHECK_SHIFT
  return hasSlot(0, high, check) || hasSlot(1, high, check)
}

/** Where `mayHold` and `remember` will look first. */
// @ts-ignore: a decorator of AssemblyScript
@inline
export function lineOf(a: i32, b: i32, ports: i32, input: i32): i32 {
  return slotAt(0, highHash(a, b, ports, input) & SLOT_MASK)
}

/** Keeps the number of the row's stream; the connection has ended. */
export function remember(row: i32): void {
  const a = u(row, L.U_ADDRESS_A)
  const b = u(row, L.U_ADDRESS_B)
  const ports = u(row, L.U_PORTS)
  const input = u(row, L.U_INPUT)
  const values = valuesOf(highHash(a, b, ports, input), lowHash(a, b, ports, input))
  const bases = ((u(row, L.U_STATE) >>> L.STATE_BASE_SHIFT) & 3) << V.V_BASE_SHIFT
  store<i32>(values + (V.V_STREAM << 2), (u(row, L.U_STREAM) & V.MAX_STREAM) | bases | V.V_ENDED)
  store<i32>(values + (V.V_BASES << 2), u(partOf(row, 0), L.U_BASE))
  store<i32>(values + (V.V_BASES << 2) + 4, u(partOf(row, 1), L.U_BASE))
}

/** The values, to be set, of a key that is remembered from now on. */
function valuesOf(high: i32, low: i32): i32 {
  let size = load<i32>(K.C_REMEMBERED)
  if (size == T.REMEMBERED) {
    turn()
    size = 0
  }
  const young = load<i32>(K.C_YOUNG)
  const entries = K.REMEMBERED_AT + young * GENERATION_BYTES
  const check = low >>> T.REMEMBERED_CHECK_SHIFT
  let slot = high & SLOT_MASK
  for (;;) {
    const word = load<i32>(slotAt(young, slot))
    if (word == 0) break
    const entry = entries + ((word & T.REMEMBERED_NUMBER) - 1) * ENTRY_BYTES
    if (word >>> T.REMEMBERED_CHECK_SHIFT == check && load<i32>(entry) == high && load<i32>(entry, 4) == low)
      return entry + 8
    slot = (slot + 1) & SLOT_MASK
  }
  const entry = entries + size * ENTRY_BYTES
  store<i32>(entry, high)
  store<i32>(entry, low, 4)
  store<i32>(slotAt(young, slot), (check << T.REMEMBERED_CHECK_SHIFT) | (size + 1))
  store<i32>(K.C_REMEMBERED, size + 1)
  return entry + 8
}

/** The old generation is forgotten and becomes the young one. */
function turn(): void {
  const young = 1 - load<i32>(K.C_YOUNG)
  store<i32>(K.C_YOUNG, young)
  store<i32>(K.C_REMEMBERED, 0)
  for (let slot = 0; slot < T.REMEMBERED_SLOTS; slot += T.REMEMBERED_SLOTS_OF_LINE) {
    const line = slotAt(young, slot)
    v128.store(line, i32x4.splat(0))
    v128.store(line, i32x4.splat(0), 16)
  }
}

function hasSlot(generation: i32, high: i32, check: i32): bool {
  let slot = high & SLOT_MASK
  let word = load<i32>(slotAt(generation, slot))
  while (word != 0 && word >>> T.REMEMBERED_CHECK_SHIFT != check) {
    slot = (slot + 1) & SLOT_MASK
    word = load<i32>(slotAt(generation, slot))
  }
  return word != 0
}

/** Slots of both generations lie by eights in one cache line. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function slotAt(generation: i32, slot: i32): i32 {
  return K.REMEMBERED_SLOTS_AT + (((slot << 1) - (slot & IN_LINE)) << 2) + generation * LINE_BYTES
}

// As in `tcp/identities.ts`, for IPv4.
// @ts-ignore: a decorator of AssemblyScript
@inline
function highHash(a: i32, b: i32, ports: i32, extra: i32): i32 {
  let high = ((a ^ 0x9e3779b9) * 0x85ebca6b) ^ (b * 0xc2b2ae35)
  high = ((high ^ (high >>> 13) ^ ports) * 0x27d4eb2f) ^ (extra * 0x165667b1)
  return mix(high)
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function lowHash(a: i32, b: i32, ports: i32, extra: i32): i32 {
  let low = ((b ^ 0x7f4a7c15) * 0x2545f491) ^ (a * 0x94d049bb)
  low = ((low ^ (low >>> 15) ^ extra) * 0xbf58476d) ^ (ports * 0x1ce4e5b9)
  return mix(low)
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function mix(hash: i32): i32 {
  let mixed = (hash ^ (hash >>> 16)) * 0x85ebca6b
  mixed = (mixed ^ (mixed >>> 13)) * 0xc2b2ae35
  return mixed ^ (mixed >>> 16)
}
