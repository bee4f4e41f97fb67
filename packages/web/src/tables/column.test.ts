import { expect, it } from 'vitest'
import { arrange, type Column } from './column.ts'

interface Row {
  readonly host: string
  readonly count?: number
}

const COLUMNS: readonly Column<Row>[] = [
  { id: 'host', title: 'Host', value: ({ host }) => host },
  { id: 'count', title: 'Count', value: ({ count }) => count },
]
const ROWS: readonly Row[] = [
  { host: '10.0.0.10', count: 5 },
  { host: '10.0.0.9' },
  { host: '10.0.0.100', count: 1200 },
]

it('sorts addresses as numbers, not as text', () => {
  expect(arrange(ROWS, COLUMNS, { sort: { column: 'host', isDescending: false } })).toEqual([1, 0, 2])
})

it('puts what is absent last, up and down', () => {
  expect(arrange(ROWS, COLUMNS, { sort: { column: 'count', isDescending: false } })).toEqual([0, 2, 1])
  expect(arrange(ROWS, COLUMNS, { sort: { column: 'count', isDescending: true } })).toEqual([2, 0, 1])
})

it('finds every word of the filter anywhere in a row, as it is shown', () => {
  expect(arrange(ROWS, COLUMNS, { find: '10.0 1,200' })).toEqual([2])
  expect(arrange(ROWS, COLUMNS, { find: 'nowhere' })).toEqual([])
})
