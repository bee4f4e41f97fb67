import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeFolder } from './make-folder.ts'

let root: string
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'whyreset-folder-'))))
afterEach(() => rmSync(root, { recursive: true }))

test('a folder and those above it are made for their owner alone', () => {
  expect(makeFolder(join(root, 'a/b/c'))).toBe(true)
  expect(statSync(join(root, 'a/b')).mode & 0o777).toBe(0o700)
})

test('a folder that is there is told as such', () => {
  expect(makeFolder(root)).toBe(false)
})

test('a file in its place is refused', () => {
  writeFileSync(join(root, 'file'), '')
  expect(() => makeFolder(join(root, 'file'))).toThrow('EEXIST')
  expect(() => makeFolder(join(root, 'file/below'))).toThrow('ENOTDIR')
})

test.skipIf(process.platform !== 'linux')('a place that can hold no folder is refused, at once', () => {
  expect(() => makeFolder('/proc/whyreset')).toThrow('ENOENT')
  expect(() => makeFolder('/proc/whyreset/below')).toThrow('ENOENT')
})
