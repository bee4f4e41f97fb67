import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listFolder } from './folder.ts'

let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'whyreset-folder-'))
})
afterEach(() => {
  rmSync(root, { recursive: true })
})

function write(...paths: string[]): void {
  for (const path of paths) {
    mkdirSync(join(root, path, '..'), { recursive: true })
    writeFileSync(join(root, path), 'x')
  }
}

const list = (): string[] => listFolder(root).files.map(({ path }) => relative(root, path))

describe('listFolder', () => {
  it('gives all files in an order that does not depend on the machine', () => {
    write('b.log', 'B.log', 'a/z.txt', 'a/b/c.pcap', 'é.log')
    expect(list()).toEqual(['B.log', 'a/b/c.pcap', 'a/z.txt', 'b.log', 'é.log'])
  })

  it('leaves hidden files, READMEs and the recorded answer alone', () => {
    write('README', 'sub/Readme.md', '.hidden', '.git/config', 'truth.json', 'sub/truth.json', 'kept.log')
    expect(list()).toEqual(['kept.log'])
  })

  it('visits a folder once, whatever links lead to it', () => {
    write('a/x.log', 'b/y.log')
    symlinkSync('..', join(root, 'a', 'up'))
    symlinkSync('../b', join(root, 'a', 'other'))
    symlinkSync('self', join(root, 'self'))
    symlinkSync('nowhere', join(root, 'dangling'))
    const { files, failures, isCut } = listFolder(root)
    expect(files.map(({ path }) => relative(root, path))).toEqual(['a/other/y.log', 'a/x.log'])
    expect({ failures, isCut }).toEqual({ failures: [], isCut: false })
  })

  it('says so when it stops going deeper', () => {
    write(`${'d/'.repeat(20)}deep.log`, 'near.log')
    expect(listFolder(root).isCut).toBe(true)
  })
})
