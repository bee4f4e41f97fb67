import { expect, test } from 'vitest'
import { createGcLogReader } from './gc-log.ts'

function read(text: string) {
  const reader = createGcLogReader()
  for (const [index, line] of text.split('\n').entries()) reader.line(line, index + 1, {})
  return reader.end()
}

const AT = Date.UTC(2026, 10, 22, 15, 0, 1, 500)
const start = { clock: 'wall', localMs: AT, zoneMinutes: 0 }

test.each([
  ['CSV', 'Timestamp,Generation,PauseMs\n2026-11-22T15:00:01.500Z,2,12.5'],
  ['CSV of another locale', 'Gen;Time;Pause_MSec\n2;"2026-11-22T15:00:01,5Z";12.5'],
  ['a JSON object', '{"timestamp":"2026-11-22T15:00:01.5000000Z","generation":2,"pauseMs":12.5}'],
  ['a JSON array', '[{"time":"2026-11-22T15:00:01.5Z","gen":2,"PauseDurationMSec":12.5}]'],
  ['a JSON array over lines', '[\n  {"time":"2026-11-22T15:00:01.5Z","gen":2,"PauseMSec":12.5},\n]'],
])('reads %s', (_, text) => {
  expect(read(text)).toMatchObject([
    {
      runtime: 'dotnet',
      problems: [],
      collections: [
        { kind: 'full', name: 'Gen 2 GC', start, end: { ...start, localMs: AT + 12.5 }, pauseMs: 12.5 },
      ],
    },
  ])
})

function event(name: string, time: string): string {
  return `{"EventName":"${name}","TimeStamp":"${time}","ProcessID":42,"Payload":{"Count":7,"Depth":0}}`
}

test('of runtime events, the end of a collection counts', () => {
  const text = [
    event('GCStart_V2', '2026-11-22T15:00:01.400Z'),
    event('GCEnd_V1', '2026-11-22T15:00:01.500Z'),
    event('GCSuspendEEBegin_V1', '2026-11-22T15:00:01.600Z'),
  ]
  expect(read(text.join('\n'))).toMatchObject([
    { pid: 42, collections: [{ number: 7, kind: 'young', end: start }] },
  ])
})

test('a background collection acts before its end', () => {
  expect(read('TimeMSec,Gen,Type,GC Index,Pause MSec\n"1,500.5",2,BackgroundGC,9,3')).toMatchObject([
    {
      collections: [
        { number: 9, kind: 'concurrent', concurrent: true, start: { clock: 'uptime', seconds: 1.5005 } },
      ],
    },
  ])
})

test('other events of the runtime are passed over in a table', () => {
  const table =
    'TimeStamp,EventName,Count,Depth\n2026-11-22T15:00:01.500Z,GC/Stop,7,1\n2026-11-22T15:00:02Z,GC/SuspendEEStart,7,'
  expect(read(table)).toMatchObject([
    { collections: [{ number: 7, kind: 'young', end: start }], problems: [] },
  ])
})

test('a damaged row is said', () => {
  expect(read('Timestamp,Generation,PauseMs\nyesterday,2,12.5')).toMatchObject([
    { problems: [{ code: 'lines-damaged', line: 2 }] },
  ])
})

test('other JSON logs and tables are left alone', () => {
  expect(read('{"time":"2026-11-22T15:00:01Z","generation":3,"msg":"object updated"}\n{"gen":')).toEqual([])
  expect(read('time,generation,name of the object\n2026-11-22T15:00:01Z,3,x')).toEqual([])
})
