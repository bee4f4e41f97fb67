/* The hash tables of open and closed connections: as `tcp/row-table.ts`. */
import * as K from '../src/tcp/kernel-layout'
import { nameOf, rowOf } from './memory'

/** As `tagOf` of `tcp/rows.ts`. */
// @ts-ignore: a decorator of AssemblyScript
@inline
export function tagOf(a: i32, b: i32, ports: i32, meta: i32): i32 {
  return hashOf(a, b, ports, metaHash(meta))
}

/** What `meta`, the same for many keys, adds to `hashOf`. */
// @ts-ignore: a decorator of AssemblyScript
@inline
export function metaHash(meta: i32): i32 {
  return meta * 0x1f3b
}

// @ts-ignore: a decorator of AssemblyScript
@inline
export function hashOf(a: i32, b: i32, ports: i32, hashOfMeta: i32): i32 {
  let mixed = (a * 0x9e3779b1) ^ (b * 0x85ebca6b) ^ (ports * 0xc2b2ae35) ^ hashOfMeta
  mixed = (mixed ^ (mixed >>> 15)) * 0x2c1b3c6d
  return mixed ^ (mixed >>> 13)
}

/** The open row of this key, or 0. */
// @ts-ignore: a decorator of AssemblyScript
@inline
export function openRow(tag: i32, key: v128): i32 {
  const mask = load<i32>(K.C_MASK)
  let slot = tag & mask
  let row = 0
  let stored = nameIn(K.SLOTS_AT, slot)
  while (stored != 0) {
    const found = rowOf(stored)
    if (tagIn(K.SLOTS_AT, slot) == tag && !v128.any_true(v128.xor(v128.load(found), key))) {
      row = found
      break
    }
    slot = (slot + 1) & mask
    stored = nameIn(K.SLOTS_AT, slot)
  }
  return row
}

/** Whether there may be a row with this tag. */
export function hasTag(slots: i32, mask: i32, tag: i32): bool {
  let slot = tag & mask
  while (nameIn(slots, slot) != 0) {
    if (tagIn(slots, slot) == tag) return true
    slot = (slot + 1) & mask
  }
  return false
}

/** Whether a table has room without growing. */
// @ts-ignore: a decorator of AssemblyScript
@inline
export function hasRoom(count: i32, mask: i32): bool {
  return count * 2 <= mask
}

export function place(slots: i32, mask: i32, tag: i32, row: i32): void {
  let slot = tag & mask
  while (nameIn(slots, slot) != 0) slot = (slot + 1) & mask
  put(slots, slot, tag, nameOf(row))
}

export function remove(slots: i32, mask: i32, tag: i32, row: i32): void {
  const name = nameOf(row)
  let hole = tag & mask
  while (nameIn(slots, hole) != name) hole = (hole + 1) & mask
  let slot = hole
  for (;;) {
    slot = (slot + 1) & mask
    const stored = nameIn(slots, slot)
    if (stored == 0) break
    const found = tagIn(slots, slot)
    // An entry may fill the hole unless its own place lies after the hole.
    if (((slot - (found & mask)) & mask) < ((slot - hole) & mask)) continue
    put(slots, hole, found, stored)
    hole = slot
  }
  store<i32>(slots + hole * K.SLOT_BYTES, 0, 4)
}

// @ts-ignore: a decorator of AssemblyScript
@inline
export function tagIn(slots: i32, slot: i32): i32 {
  return load<i32>(slots + slot * K.SLOT_BYTES)
}

// @ts-ignore: a decorator of AssemblyScript
@inline
export function nameIn(slots: i32, slot: i32): i32 {
  return load<i32>(slots + slot * K.SLOT_BYTES, 4)
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function put(slots: i32, slot: i32, tag: i32, name: i32): void {
  store<i32>(slots + slot * K.SLOT_BYTES, tag)
  store<i32>(slots + slot * K.SLOT_BYTES, name, 4)
}
