import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { followFile, type FollowFileOptions } from './follow-file.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'whyreset-follow-'))
  path = join(folder, 'app.log')
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

async function follow(options: Partial<FollowFileOptions> = {}) {
  const read: Buffer[] = []
  const follower = await followFile({
    path,
    from: 'end',
    maxBytes: 1 << 20,
    onBytes: (bytes) => read.push(bytes),
    ...options,
  })
  return { follower, text: () => Buffer.concat(read).toString('utf8') }
}

it('reads what is written from now on', async () => {
  writeFileSync(path, 'before\n')
  const { follower, text } = await follow()
  appendFileSync(path, 'after\n')
  await follower.stop()
  expect(text()).toBe('after\n')
})

it('reads from the beginning where that is wanted', async () => {
  writeFileSync(path, 'before\n')
  const { follower, text } = await follow({ from: 'beginning' })
  appendFileSync(path, 'after\n')
  await follower.stop()
  expect(text()).toBe('before\nafter\n')
})

it('reads of a long file the end only, from a whole line on', async () => {
  writeFileSync(path, 'one\ntwo\nthree\n')
  const { follower, text } = await follow({ from: 'beginning', maxBytes: 8 })
  await follower.stop()
  expect(text()).toBe('three\n')
})

it('reads a rotated file to its end, then the new one from its beginning', async () => {
  writeFileSync(path, '')
  const { follower, text } = await follow()
  appendFileSync(path, 'old\n')
  renameSync(path, `${path}.1`)
  appendFileSync(`${path}.1`, 'last words\n')
  writeFileSync(path, 'new\n')
  await follower.stop()
  expect(text()).toBe('old\nlast words\nnew\n')
})

it('begins again with a file that was truncated', async () => {
  writeFileSync(path, '')
  const { follower, text } = await follow()
  appendFileSync(path, 'a long first line\n')
  await vi.waitFor(() => {
    expect(text()).toBe('a long first line\n')
  })
  truncateSync(path, 0)
  appendFileSync(path, 'short\n')
  await follower.stop()
  expect(text()).toBe('a long first line\nshort\n')
})

it('waits for a file that is not there yet, and says so', async () => {
  const { follower, text } = await follow()
  expect(follower.trouble).toContain('no such file')
  writeFileSync(path, 'at last\n')
  await follower.stop()
  expect(follower.trouble).toBeUndefined()
  expect(text()).toBe('at last\n')
})
