import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startWatch, type Watch, type WatchNews } from '@whyreset/gather'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { containerOfServer } from '../container-of-server.ts'

const container = await containerOfServer('web')
const { unavailable } = container

let folder: string
let watch: Watch | undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'whyreset-watch-'))
})
afterEach(async () => {
  await watch?.stop()
  watch = undefined
  rmSync(folder, { recursive: true, force: true })
})

describe.skipIf(unavailable !== undefined)(`a container of a real dockerd (${unavailable ?? 'runs'})`, () => {
  it('is watched over its restart, with its logs', async () => {
    await container.listening(1)
    const target = await container.find()
    const news: WatchNews['kind'][] = []
    watch = await startWatch({
      target,
      resolve: { sources: container.sources },
      directory: folder,
      logs: [{ source: { kind: 'file', path: container.ownLog(target) }, target }],
      onEpisode: () => Promise.resolve({ keep: true, isKnown: false }),
      onNews: ({ kind }) => {
        news.push(kind)
      },
    })
    await container.restart()
    await container.listening(2)
    await vi.waitFor(() => {
      expect(watch?.status()).toMatchObject({ isAttached: true, attachments: 2, missing: [] })
    })
    expect(news).toEqual(['attached', 'lost', 'attached'])
    const { networkNamespace, name, pid } = watch.status().target
    expect(name).toBe('web')
    expect(pid).not.toBe(target.pid)
    container.ask(networkNamespace)
    await vi.waitFor(() => {
      expect(readdirSync(folder)).toHaveLength(1)
      expect(watch?.status().pendingEpisodes).toBe(0)
    })
    const [evidence = ''] = readdirSync(folder)
    const logs = readdirSync(join(folder, evidence)).filter((file) => file.startsWith('app-'))
    const lines = logs.map((file) => readFileSync(join(folder, evidence, file), 'utf8')).join('')
    expect(lines).toContain('worker: connection reset by peer')
    expect(lines).toContain('own: closed')
  })
})
