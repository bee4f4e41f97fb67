import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ROW_WORDS, STATE_CLOSING, U_ISN, U_STATE } from './row.ts'
import { Rows, tagOf } from './rows.ts'

type Key = readonly [a: number, b: number, ports: number, meta: number]

const find = (rows: Rows, key: Key): number => rows.find(tagOf(...key), ...key)

/** Few keys, so that they meet; the signs of addresses and ports both occur. */
const key = fc.tuple(
  fc.constantFrom(1, -1, 0x0a00_0001),
  fc.integer({ min: -4, max: 40 }),
  fc.constantFrom(0x1f90_0050, -5),
  fc.constantFrom(0, 256),
)
const step = fc.tuple(fc.constantFrom('add', 'add', 'close', 'remove'), key)

describe('the rows', () => {
  test('hold what a map from key to value holds, through adding, closing and removing', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 600 }), (steps) => {
        const rows = new Rows()
        const model = new Map<string, { value: number; isClosed: boolean }>()
        for (const [index, [verb, of]] of steps.entries()) {
          const known = model.get(of.join())
          const row = find(rows, of)
          expect(row >= 0).toBe(known !== undefined)
          if (known === undefined && verb === 'add') {
            const added = rows.add(tagOf(...of), ...of)
            rows.i32[added + 16 + U_ISN] = index
            model.set(of.join(), { value: index, isClosed: false })
          } else if (known?.isClosed === false && verb === 'close') {
            rows.close(row)
            model.set(of.join(), { ...known, isClosed: true })
          } else if (known !== undefined && verb === 'remove') {
            rows.remove(row)
            model.delete(of.join())
          }
        }
        expect(rows.live).toBe(model.size)
        const found = new Map<string, { value: number; isClosed: boolean }>()
        rows.forEach((row) => {
          const isClosed = ((rows.i32[row + U_STATE] ?? 0) & STATE_CLOSING) !== 0
          expect(rows.isFree(row)).toBe(false)
          found.set(rows.i32.slice(row, row + 4).join(), { value: rows.i32[row + 16 + U_ISN] ?? 0, isClosed })
        })
        expect(found).toEqual(model)
      }),
    )
  })

  test('come out empty, also when they were used before', () => {
    const rows = new Rows()
    const of: Key = [1, 2, 3, 0]
    const first = rows.add(tagOf(...of), ...of)
    rows.i32.fill(7, first + 4, first + ROW_WORDS)
    rows.i32[first + U_STATE] = 0
    rows.remove(first)
    const again = rows.add(tagOf(...of), ...of)
    expect(Array.from(rows.i32.subarray(again, again + ROW_WORDS))).toEqual([
      1,
      2,
      3,
      ...Array(ROW_WORDS - 3).fill(0),
    ])
  })

  test('grow without losing one', () => {
    const rows = new Rows()
    const keys = Array.from({ length: 5000 }, (_, index): Key => [index, -index, index << 16, 0])
    for (const of of keys) rows.add(tagOf(...of), ...of)
    for (const of of keys.slice(0, 3000)) rows.close(find(rows, of))
    expect(keys.every((of) => rows.i32[find(rows, of)] === of[0])).toBe(true)
    expect(rows.live).toBe(5000)
  })

  test('use the memory of closed connections again, for open ones too', () => {
    const rows = new Rows()
    const turn = (from: number): void => {
      const keys = Array.from({ length: 6000 }, (_, index): Key => [from + index, 0, 0, 0])
      for (const of of keys) rows.add(tagOf(...of), ...of)
      for (const of of keys) rows.close(find(rows, of))
      for (const of of keys) rows.remove(find(rows, of))
    }
    turn(0)
    const { extent } = rows
    for (let round = 1; round < 5; round++) turn(round * 10_000)
    expect(rows.extent).toBe(extent)
  })
})

test('a tag depends on every part of the key', () => {
  const tags = [
    tagOf(1, 2, 3, 4),
    tagOf(2, 1, 3, 4),
    tagOf(1, 2, 4, 3),
    tagOf(1, 2, 3, 260),
    tagOf(1, 2, 3 << 16, 4),
  ]
  expect(new Set(tags).size).toBe(tags.length)
})
