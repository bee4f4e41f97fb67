import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createEvidenceFolder, type EvidenceFolder } from './evidence-folder.ts'
import { createLogSink } from './log-sink.ts'

let folder: EvidenceFolder
beforeEach(() => {
  folder = createEvidenceFolder(mkdtempSync(join(tmpdir(), 'whyreset-sink-')))
})
afterEach(() => {
  rmSync(folder.directory, { recursive: true, force: true })
})

function sinkOf(maxBytes = 1000) {
  const lines: string[] = []
  const sink = createLogSink(
    () => folder.create('app.log', 'app-log'),
    maxBytes,
    (line) => lines.push(line),
  )
  return { sink, lines }
}

function kept(): string {
  return readFileSync(join(folder.directory, 'app.log'), 'latin1')
}

it('keeps bytes as they are, and tells lines whole, however they come', () => {
  const { sink, lines } = sinkOf()
  const bytes = Buffer.concat([Buffer.from('caf\u00e9\r\nlast'), Buffer.of(0xff)])
  for (const byte of bytes) sink.write(Buffer.of(byte))
  sink.end()
  expect(lines).toEqual(['caf\u00e9', 'last\ufffd'])
  expect(Buffer.from(kept(), 'latin1').equals(bytes)).toBe(true)
})

it('leaves no file for a log that stayed silent', () => {
  const { sink } = sinkOf()
  sink.end()
  expect(folder.files).toEqual([])
})

it('stops to keep at its bound, after a whole line, and goes on telling', () => {
  const { sink, lines } = sinkOf(10)
  sink.write(Buffer.from('one\ntwo\nthree\n'))
  sink.write(Buffer.from('four\n'))
  expect(sink.isCut).toBe(true)
  expect(kept()).toBe('one\ntwo\n')
  expect(lines).toEqual(['one', 'two', 'three', 'four'])
})

it('cuts a line without an end, so that it cannot fill the memory', () => {
  const { sink, lines } = sinkOf()
  for (let i = 0; i < 100; i++) sink.write(Buffer.alloc(1000, 'x'))
  sink.end()
  expect(lines.map((line) => line.length)).toEqual([8192])
})

it('notes when whole lines had been written, few of many', () => {
  const { sink } = sinkOf(1e6)
  sink.writtenAt(1)
  sink.write(Buffer.from('one\ntwo\nthr'))
  sink.writtenAt(2)
  sink.write(Buffer.from('ee\n'))
  sink.writtenAt(3)
  sink.writtenAt(4)
  expect(sink.lineTimes).toEqual([{ line: 3, atMs: 3 }])
  for (let atMs = 10; atMs < 1000; atMs++) {
    sink.write(Buffer.from('x\n'))
    sink.writtenAt(atMs)
  }
  expect(sink.lineTimes.length).toBeLessThanOrEqual(200)
  expect(sink.lineTimes.at(0)).toEqual({ line: 3, atMs: 3 })
  expect(sink.lineTimes.at(-1)).toEqual({ line: 993, atMs: 999 })
})
