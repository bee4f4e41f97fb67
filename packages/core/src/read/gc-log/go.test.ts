import { expect, test } from 'vitest'
import { createGcLogReader } from './gc-log.ts'

function read(text: string) {
  const reader = createGcLogReader()
  for (const [index, line] of text.split('\n').entries()) reader.line(line, index + 1, {})
  return reader.end()
}

const CPU = 'ms cpu, 4->4->0 MB, 5 MB goal'

test.each([
  [
    'Go 1.6 and later',
    `gc 1 @0.024s 0%: 0.038+0.54+0.027 ms clock, 0.46+0.80/0.74/0+0.32 ${CPU}, 12 P`,
    'gc',
    0.024605,
    0.065,
  ],
  [
    'Go 1.18 and later',
    `gc 1 @0.024s 0%: 0.038+0.54+0.027 ms clock, 0.46+0.80/0.74/0+0.32 ${CPU}, 0 MB stacks, 0 MB globals, 12 P (forced)`,
    'gc (forced)',
    0.024605,
    0.065,
  ],
  [
    'Go 1.5',
    `gc 1 @0.024s 0%: 0.1+0.2+0.3+0.4+0.5 ms clock, 0.1+0.2+0.3+0.4/0.5/0+0.32 ${CPU}, 4 P`,
    'gc',
    0.0255,
    0.9,
  ],
  [
    'a log shipper',
    `worker-1  | gc 1 @0.024s 0%: 0.038+0.54+0.027 ms clock, 0.46 ${CPU}, 12 P`,
    'gc',
    0.024605,
    0.065,
  ],
])('reads the line of %s', (_, text, name, endSeconds, pauseMs) => {
  const [log] = read(text)
  expect(log).toMatchObject({
    runtime: 'go',
    problems: [],
    collections: [
      { number: 1, name, kind: 'concurrent', concurrent: true, start: { clock: 'uptime', seconds: 0.024 } },
    ],
  })
  expect(log?.collections[0]?.end).toHaveProperty('seconds', expect.closeTo(endSeconds, 9))
  expect(log?.collections[0]?.pauseMs).toBeCloseTo(pauseMs, 9)
})

function traceLine(number: number): string {
  return `gc ${number} @0.024s 0%: 0.038+0.54+0.027 ms clock, 0.46 ${CPU}, 12 P`
}

test('a count that starts again is another process', () => {
  expect(
    read([traceLine(1), traceLine(2), traceLine(1)].join('\n')).map(({ collections }) => collections.length),
  ).toEqual([2, 1])
})

test('the scavenger is no collection, and a cut line is damaged', () => {
  expect(read('scvg: 8 MB released\nscvg0: inuse: 426, idle: 0 @0.1s (MB)')).toEqual([])
  expect(read('gc 20 @0.013s 12%: 0.032+0.1')).toMatchObject([{ problems: [{ code: 'lines-damaged' }] }])
})
