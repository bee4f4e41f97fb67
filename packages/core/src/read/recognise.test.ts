import { expect, test } from 'vitest'
import { recogniseText } from './recognise.ts'

test('headers alone tell what an empty record is', () => {
  expect(recogniseText(['# cli (2026-11-22T15:21:44.049Z; delta over 8.1 s)'])).toBe('counters')
  expect(recogniseText(['# tracer: nop', '# wall_minus_trace_clock: 1795364868.456470'])).toBe('kernel-trace')
  expect(recogniseText(['# notes of mine'])).toBeUndefined()
})
