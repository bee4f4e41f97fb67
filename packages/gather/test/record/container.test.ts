import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startRecording, type Recording } from '@whyreset/gather'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { containerOfServer } from '../container-of-server.ts'

const container = await containerOfServer('framed')
const { unavailable } = container

let folder: string
let recording: Recording | undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'whyreset-container-'))
})
afterEach(async () => {
  await recording?.stop()
  recording = undefined
  rmSync(folder, { recursive: true, force: true })
})

describe.skipIf(unavailable !== undefined)(`a container of a real dockerd (${unavailable ?? 'runs'})`, () => {
  it('is recorded from outside: its packets, its log with the engine’s time, a file inside it', async () => {
    const target = await container.find()
    await container.listening(1)
    recording = await startRecording({
      directory: join(folder, 'evidence'),
      targets: [target],
      logs: [{ source: { kind: 'file', path: container.ownLog(target) }, target }],
    })
    const lines: string[] = []
    recording.onLine((line) => lines.push(line))
    container.ask(target.networkNamespace)
    await vi.waitFor(() => {
      expect(lines).toHaveLength(2)
    })
    const summary = await recording.stop()
    expect(summary).toMatchObject({ connections: 1, resets: 1, missing: [] })
    const logs = ['app-framed.log', 'app-framed-2.log'].map((name) =>
      readFileSync(join(folder, 'evidence', name), 'utf8'),
    )
    expect(logs).toContain('own: closed\n')
    expect(logs).toContainEqual(
      expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z worker: connection reset by peer\n$/),
    )
  })

  it('cannot lead the recorder to a file of the host by a link', async () => {
    const target = await container.find()
    const secret = join(folder, 'secret.log')
    writeFileSync(secret, 'of the host\n')
    const root = `/proc/${target.pid}/root`
    symlinkSync(secret, join(root, 'var/log/link.log'))
    recording = await startRecording({
      directory: join(folder, 'evidence'),
      targets: [{ ...target, logs: [], gcLogs: [{ kind: 'file', path: `${root}/var/log/link.log` }] }],
    })
    const summary = await recording.stop()
    expect(summary.missing).toMatchObject([
      { what: `${root}/var/log/link.log`, because: expect.stringContaining('no such file') },
    ])
  })
})
