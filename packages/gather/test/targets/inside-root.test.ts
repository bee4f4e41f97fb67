import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openInside, openTargetFile, readInside, resolveInside } from '../../src/targets/inside-root.ts'

let folder: string
let root: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whyreset-root-'))
  root = join(folder, 'root')
  await mkdir(join(root, 'var/log'), { recursive: true })
  await mkdir(join(folder, 'outside'))
  await writeFile(join(folder, 'outside/secret'), 'of the host')
  await writeFile(join(root, 'var/log/app.log'), 'of the container')
})

afterAll(() => rm(folder, { recursive: true, force: true }))

async function read(path: string, from = root): Promise<string> {
  const handle = await openInside(from, path)
  try {
    return await handle.readFile('utf8')
  } finally {
    await handle.close()
  }
}

describe('openInside', () => {
  it('reads a file below the root, with or without detours', async () => {
    expect(await read('/var/log/app.log')).toBe('of the container')
    expect(await read('var//./log/../log/app.log')).toBe('of the container')
  })

  it('takes an absolute link as one from the root', async () => {
    await symlink('/var/log', join(root, 'logs'))
    expect(await read('/logs/app.log')).toBe('of the container')
    expect(await resolveInside(root, '/logs/app.log')).toBe('/var/log/app.log')
  })

  it.each([
    ['an absolute link', () => join(folder, 'outside/secret')],
    ['a link of many parents', () => `../../../../../../../../../../..${folder}/outside/secret`],
    ['a link through the process file system', () => `/proc/${process.pid}/root${folder}/outside/secret`],
  ])('does not leave the root by %s', async (name, target) => {
    const link = name.replaceAll(' ', '-')
    await symlink(target(), join(root, link))
    await expect(read(`/${link}`)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('does not leave the root by a folder that is a link, or by the path itself', async () => {
    await symlink(join(folder, 'outside'), join(root, 'folder'))
    await expect(read('/folder/secret')).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(read('/../outside/secret')).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('never reads the host while somebody inside swaps a folder for a link', async () => {
    await mkdir(join(root, 'swap/real'), { recursive: true })
    await writeFile(join(root, 'swap/real/secret'), 'of the container')
    await symlink(join(folder, 'outside'), join(root, 'swap/link'))
    await mkdir(join(root, 'swap/now'))
    await writeFile(join(root, 'swap/now/secret'), 'of the container')
    const seen = new Set<string>()
    for (let turn = 0; turn < 100; turn++) {
      const reading = read('/swap/now/secret').catch(() => 'nothing')
      await rename(join(root, 'swap/now'), join(root, 'swap/was'))
      await symlink(join(folder, 'outside'), join(root, 'swap/now'))
      seen.add(await reading)
      seen.add(await read('/swap/now/secret').catch(() => 'nothing'))
      await rm(join(root, 'swap/now'))
      await rename(join(root, 'swap/was'), join(root, 'swap/now'))
    }
    expect(seen).not.toContain('of the host')
  })

  it('gives up on links that lead in a circle', async () => {
    await symlink('/circle-b', join(root, 'circle-a'))
    await symlink('/circle-a', join(root, 'circle-b'))
    await expect(read('/circle-a')).rejects.toMatchObject({ code: 'ELOOP' })
  })

  it('opens no folder, no pipe and no device, and does not wait for the other end of a pipe', async () => {
    execFileSync('mkfifo', [join(root, 'pipe')])
    await expect(read('/pipe')).rejects.toMatchObject({ code: 'EINVAL' })
    await expect(read('/var/log')).rejects.toMatchObject({ code: 'EINVAL' })
    await expect(read('/null', '/dev')).rejects.toMatchObject({ code: 'EINVAL' })
  })

  it('stands a path of thousands of folders', async () => {
    await expect(read('/var/..'.repeat(5000))).rejects.toMatchObject({ code: 'EINVAL' })
    await expect(read('/var'.repeat(5000))).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

describe('openTargetFile', () => {
  it('looks a path under /proc/PID/root up inside that root', async () => {
    const child = spawn('sleep', ['100'])
    await once(child, 'spawn')
    try {
      const handle = await openTargetFile(`/proc/${child.pid}/root${root}/var/log/app.log`)
      expect(await handle.readFile('utf8')).toBe('of the container')
      await handle.close()
    } finally {
      child.kill()
    }
  })
})

it('readInside answers nothing for what cannot be read, and no more than was asked for', async () => {
  expect(await readInside(root, '/no/such', 100)).toBeUndefined()
  expect((await readInside(root, '/var/log/app.log', 6))?.toString()).toBe('of the')
})
