import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { removeOldEvidence } from './retention.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'whyreset-retention-'))
})
afterEach(() => {
  rmSync(root, { recursive: true, force: true })
})

const NOW = Date.parse('2026-11-22T12:00:00Z')
const DAY = 86_400_000

function folder(name: string, bytes: number): string {
  mkdirSync(join(root, name, 'sockets'), { recursive: true })
  writeFileSync(join(root, name, 'sockets', 'a.txt'), Buffer.alloc(bytes))
  return name
}

const OLD = '20261101T000000.000Z-web'
const MIDDLE = '20261121T000000.000Z-web'
const NEW = '20261122T110000.000Z-web-2'

it('removes what is too old', () => {
  for (const name of [OLD, MIDDLE, NEW]) folder(name, 10)
  expect(removeOldEvidence(root, { maxBytes: 1000, maxAgeMs: 7 * DAY, nowMs: NOW })).toEqual({
    folders: 2,
    bytes: 20,
  })
  expect(readdirSync(root)).toEqual([MIDDLE, NEW])
})

it('removes the oldest while all are too large, and never the newest', () => {
  for (const name of [OLD, MIDDLE, NEW]) folder(name, 600)
  expect(removeOldEvidence(root, { maxBytes: 500, maxAgeMs: 99 * DAY, nowMs: NOW })).toEqual({
    folders: 1,
    bytes: 600,
  })
  expect(readdirSync(root)).toEqual([NEW])
})

it('touches nothing that is not its own', () => {
  const others = [folder('notes', 600), folder('20261101T000000Z', 600)]
  writeFileSync(join(root, OLD), 'a file')
  symlinkSync(join(root, 'notes'), join(root, '20261102T000000.000Z-link'))
  for (const name of [MIDDLE, NEW]) folder(name, 600)
  removeOldEvidence(root, { maxBytes: 1, maxAgeMs: 1, nowMs: NOW })
  expect(readdirSync(root).toSorted()).toEqual([...others, OLD, '20261102T000000.000Z-link', NEW].toSorted())
})

it('finds nothing where there is no folder yet', () => {
  const none = join(root, 'none')
  expect(removeOldEvidence(none, { maxBytes: 1, maxAgeMs: 1, nowMs: NOW })).toEqual({ folders: 0, bytes: 0 })
})
