import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { fileInput } from './file-input.ts'

const folder = mkdtempSync(join(tmpdir(), 'whyreset-file-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

/** Twenty chunks and a bit, no two of them alike. */
const BYTES = new Uint8Array(5_300_000).map((_, index) => (index * 31 + (index >> 16)) & 0xff)
const path = join(folder, 'big.bin')
writeFileSync(path, BYTES)

async function readAll(input: { open(): AsyncIterable<Uint8Array> }): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const chunk of input.open()) parts.push(Buffer.from(chunk))
  return Buffer.concat(parts)
}

describe('fileInput', () => {
  it('gives the same bytes each time it is opened, also after a reader who left early', async () => {
    const input = fileInput(path, BYTES.length)
    for await (const chunk of input.open()) {
      expect(chunk.length).toBeGreaterThan(0)
      break
    }
    expect((await readAll(input)).equals(BYTES)).toBe(true)
    expect((await readAll(input)).equals(BYTES)).toBe(true)
  })

  it('keeps a chunk as it is until the next one is asked for', async () => {
    let offset = 0
    for await (const chunk of fileInput(path, BYTES.length).open()) {
      // Whatever reads ahead has had the time to.
      await new Promise((resolve) => setImmediate(resolve))
      expect(Buffer.compare(chunk, BYTES.subarray(offset, offset + chunk.length))).toBe(0)
      offset += chunk.length
    }
    expect(offset).toBe(BYTES.length)
  })

  it('reads a file that is longer than it was, or claims to be empty', async () => {
    expect((await readAll(fileInput(path, 0))).equals(BYTES)).toBe(true)
    expect(fileInput(path, 0)).not.toHaveProperty('byteLength')
  })

  it('reads at random, less at the end, and goes on after close', async () => {
    const input = fileInput(path, BYTES.length)
    expect(await input.readAt?.(1_000_000, 10)).toEqual(BYTES.subarray(1_000_000, 1_000_010))
    input.close?.()
    input.close?.()
    expect(await input.readAt?.(BYTES.length - 3, 10)).toEqual(BYTES.subarray(-3))
    expect(await input.readAt?.(BYTES.length + 3, 10)).toEqual(new Uint8Array(0))
    input.close?.()
  })

  it('says in words why a file cannot be opened, without its path', async () => {
    await expect(readAll(fileInput(join(folder, 'gone'), 5))).rejects.toThrow(/^no such file or directory$/)
    await expect(readAll(fileInput(folder, 5))).rejects.toThrow(/^illegal operation on a directory$/)
  })
})
