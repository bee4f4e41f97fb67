import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { OpenStore } from '../src/store/folder-store.ts'
import { openStore } from '../src/store/open-store.ts'
import { packageOf } from './packages.ts'
import { buildStoreChild, ended, start } from './store-child-program.ts'

let scratch: string
let program: string
let blobPath: string
let dir: string
const children: ChildProcess[] = []
const stores: OpenStore[] = []

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'hotload-lock-'))
  program = await buildStoreChild(scratch)
  blobPath = join(scratch, 'blob')
  await writeFile(blobPath, packageOf(Buffer.from('x')).blob)
})

afterAll(async () => {
  await rm(scratch, { recursive: true, force: true })
})

beforeEach(async () => {
  dir = await mkdtemp(join(scratch, 'store-'))
})

afterEach(async () => {
  for (const store of stores.splice(0)) await store.close()
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGKILL')
    await once(child, 'close')
  }
})

describe('P12: a store has one writer', () => {
  it('a second process is told which one has it, and gets it when that one ends', async () => {
    const holder = await holding()
    await expect(opened()).rejects.toMatchObject({
      code: 'HOTLOAD_LOCKED',
      message: expect.stringContaining(`process ${holder.pid} since 20`),
    })
    holder.stdin?.end()
    expect(await ended(holder)).toMatchObject({ code: 0 })
    await opened()
  })

  it('a second time in the same process is one too many', async () => {
    const first = await opened()
    await expect(opened()).rejects.toMatchObject({ code: 'HOTLOAD_LOCKED' })
    await first.close()
    await opened()
  })

  it('what a process held that was killed is free at once', async () => {
    for (let round = 0; round < 3; round++) {
      const holder = await holding()
      holder.kill('SIGKILL')
      await once(holder, 'close')
    }
    await opened()
    // One lock and its socket are left, whatever was there before.
    expect(await readdir(join(dir, 'lock'))).toHaveLength(2)
  })

  it('a stale lock whose pid was given to another process is stale', async () => {
    await mkdir(join(dir, 'lock'))
    const lock = { pid: process.pid, beacon: 'aaaaaaaa-bbbb', since: '2026-01-01T00:00:00.000Z' }
    await writeFile(join(dir, 'lock', '7'), JSON.stringify(lock))
    await opened()
  })

  it('a process that is stopped still has it', async () => {
    const holder = await holding()
    holder.kill('SIGSTOP')
    try {
      await expect(opened()).rejects.toMatchObject({ code: 'HOTLOAD_LOCKED' })
    } finally {
      holder.kill('SIGCONT')
    }
  })

  it('a lock that is damaged keeps nobody out', async () => {
    await mkdir(join(dir, 'lock'))
    await writeFile(join(dir, 'lock', '3'), '{"pid":')
    await writeFile(join(dir, 'lock', '4'), '{"beacon":"../../../etc/passwd"}')
    await opened()
  })

  it('of many that find a stale lock at the same time one gets it', async () => {
    for (let round = 0; round < 10; round++) {
      const attempts = await Promise.allSettled(Array.from({ length: 12 }, () => openStore(dir)))
      const winners = attempts.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : []))
      expect(winners).toHaveLength(1)
      for (const attempt of attempts)
        if (attempt.status === 'rejected') expect(attempt.reason).toMatchObject({ code: 'HOTLOAD_LOCKED' })
      for (const winner of winners) await winner.close()
    }
  })

  it('of processes that start at the same time over a stale lock one gets it', async () => {
    const killed = await holding()
    killed.kill('SIGKILL')
    await once(killed, 'close')
    const racing = Array.from({ length: 5 }, () => started())
    // Each says that it is open, or ends with an error.
    const results = await Promise.all(
      racing.map((child) =>
        Promise.race([
          once(child.stdout ?? child, 'data').then(() => 'open'),
          ended(child).then(({ stderr }) => (stderr.includes('HOTLOAD_LOCKED') ? 'locked' : stderr)),
        ]),
      ),
    )
    expect(results.toSorted()).toEqual(['locked', 'locked', 'locked', 'locked', 'open'])
  })

  it('also where its path is too long for a socket', async () => {
    dir = join(dir, 'a-folder-with-a-long-name'.repeat(6))
    const holder = await holding()
    await expect(opened()).rejects.toMatchObject({ code: 'HOTLOAD_LOCKED' })
    holder.kill('SIGKILL')
    await once(holder, 'close')
    await opened()
  })
})

async function opened(): Promise<OpenStore> {
  const store = await openStore(dir)
  stores.push(store)
  return store
}

function started(): ChildProcess {
  const child = start(program, ['hold', dir, '', '', blobPath, ''])
  children.push(child)
  return child
}

async function holding(): Promise<ChildProcess> {
  const child = started()
  await once(child.stdout ?? child, 'data')
  return child
}
