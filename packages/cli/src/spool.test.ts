import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { Spool } from './spool.ts'

const folder = mkdtempSync(join(tmpdir(), 'whyreset-spool-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

/** Longer than one read. */
const LONG = Uint8Array.from({ length: 600_000 }, (_, at) => at % 251)

function kept(spool: Spool): Buffer {
  const chunks: Buffer[] = []
  // Each is valid only until the next.
  for (const chunk of spool.read()) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}

describe('Spool', () => {
  it('gives back what was put into it, as often as asked', () => {
    const spool = new Spool([folder])
    for (let at = 0; at < LONG.length; at += 977) spool.append(LONG.subarray(at, at + 977))
    expect(kept(spool).equals(LONG)).toBe(true)
    spool.append(Uint8Array.of(1, 2, 3))
    expect(kept(spool).subarray(LONG.length)).toEqual(Buffer.of(1, 2, 3))
    expect({ bytes: spool.bytes, full: spool.fullBecause }).toEqual({
      bytes: LONG.length + 3,
      full: undefined,
    })
    spool.close()
    spool.close()
  })

  it.skipIf(process.platform === 'win32')('has no name while it is in use', () => {
    const spool = new Spool([folder])
    spool.append(LONG)
    expect(readdirSync(folder)).toEqual([])
    expect(kept(spool)).toHaveLength(LONG.length)
    spool.close()
  })

  it('takes the next folder where the first cannot be written', () => {
    const spool = new Spool([join(folder, 'absent'), folder])
    spool.append(LONG)
    expect(kept(spool)).toHaveLength(LONG.length)
    spool.close()
    expect(readdirSync(folder)).toEqual([])
  })

  it('says why it keeps nothing where no folder can be written', () => {
    const spool = new Spool([join(folder, 'absent')])
    spool.append(LONG)
    expect({ bytes: spool.bytes, full: spool.fullBecause }).toEqual({
      bytes: 0,
      full: 'no such file or directory',
    })
    expect(kept(spool)).toHaveLength(0)
    spool.close()
  })

  it('leaves room on the disk, and keeps what it has', () => {
    const spool = new Spool([folder], { mostBytes: LONG.length })
    spool.append(LONG)
    spool.append(Uint8Array.of(1))
    spool.append(new Uint8Array(0))
    expect(spool.fullBecause).toBe('half of what was free there is used')
    expect(kept(spool).equals(LONG)).toBe(true)
    spool.close()
  })
})
