import { expect, test } from 'vitest'
import { TextReader } from '../text-input.ts'
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

const end = { clock: 'wall', localMs: AT, zoneMinutes: 0 }

test.each([
  ['CSV', 'Timestamp,Generation\n2026-11-22T15:00:01.500Z,2\n2026-11-22T15:00:03.500Z,0'],
  [
    'JSON lines',
    '{"timestamp":"2026-11-22T15:00:01.5Z","generation":2}\n{"timestamp":"2026-11-22T15:00:03.5Z","generation":0}',
  ],
  ['a culture of .NET', 'Time;Gen\n"11/22/2026 3:00:01.500 PM Z";2\n"11/22/2026 3:00:03.500 PM Z";0'],
  [
    'an EventListener',
    '2026-11-22T15:00:01.400Z GCStart_V2 Count=7, Depth=2, Reason=0\n2026-11-22T15:00:01.500Z GCEnd_V1 Count=7, Depth=2\n2026-11-22T15:00:03.500Z GCEnd_V1 Count=8, Depth=0',
  ],
  [
    'TraceEvent',
    '[2026-11-22 15:00:01.500Z] info: GcListener[0] GC/Stop Count: 7 Depth: 2\n[2026-11-22 15:00:03.500Z] info: GcListener[0] GC/Stop Count: 8 Depth: 0',
  ],
])('times and generations alone are a list of collections: %s', (_, text) => {
  expect(read(text)).toMatchObject([
    {
      runtime: 'dotnet',
      problems: [],
      collections: [
        { kind: 'full', name: 'Gen 2 GC', end },
        { kind: 'young', name: 'Gen 0 GC', end: { ...end, localMs: AT + 2000 } },
      ],
    },
  ])
})

test('one that stands among the lines of a long log is found too', () => {
  const reader = new TextReader('app.log')
  const line = '2026-11-22T15:00:00.000Z INFO Shop.Orders - accepted\n'
  const text = `${line.repeat(1000)}2026-11-22T15:00:01.500Z GCEnd_V1 Count=7 Depth=2\n${line.repeat(1000)}`
  reader.push(new TextEncoder().encode(text))
  expect(reader.end().records).toMatchObject({ gcLogs: [{ collections: [{ line: 1001, number: 7, end }] }] })
})

test('tables of other things with a generation are left alone', () => {
  expect(read('timestamp,generation,megawatts\n2026-11-22T15:00:01Z,2,3')).toEqual([])
  expect(read('{"time":"2026-11-22T15:00:01Z","generation":7}')).toEqual([])
  expect(read('GCEnd_V1 Count=7 Depth=2')).toEqual([])
})

test('other JSON logs and tables are left alone', () => {
  expect(read('{"time":"2026-11-22T15:00:01Z","generation":3,"msg":"object updated"}\n{"gen":')).toEqual([])
  expect(read('time,generation,name of the object\n2026-11-22T15:00:01Z,3,x')).toEqual([])
})
