import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { afterEach, expect, it, vi } from 'vitest'
import { programPath } from './program-files.ts'

const children: ChildProcess[] = []
const server = createServer().listen(0, '127.0.0.1')
await once(server, 'listening')
// It listens on TCP.
const { port } = server.address() as AddressInfo
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  server.removeAllListeners('connection')
})

/** A client that asks twice, and is stopped while `answer` answers its first line; what it then tells. */
async function askWhileStopped(answer: (socket: Socket) => void): Promise<unknown> {
  const options = { host: '127.0.0.1', port, connections: 1, pausesMs: [0, 20] }
  const child = spawn(process.execPath, [programPath('line-client.mjs'), JSON.stringify(options)], {
    stdio: ['pipe', 'ignore', 'ignore', 'pipe'],
  })
  children.push(child)
  // Descriptor 3 is a pipe from it.
  const told = createInterface({ input: child.stdio[3] as Readable })
  const failed = new Promise<unknown>((resolve) => {
    told.on('line', (line) => {
      const event: unknown = JSON.parse(line)
      if (String(line).includes('"ready"')) child.stdin?.write('go\n')
      if (String(line).includes('"failed"')) resolve(event)
    })
  })
  const [socket] = (await once(server, 'connection')) as [Socket]
  await once(socket, 'data')
  child.kill('SIGSTOP')
  await vi.waitFor(() => {
    expect(readFileSync(`/proc/${child.pid}/stat`, 'utf8')).toContain(') T ')
  })
  await new Promise<void>((resolve) => {
    socket.once('close', () => resolve())
    socket.write('+served\n', () => answer(socket))
  })
  child.kill('SIGCONT')
  return failed
}

const onLinux = it.skipIf(process.platform !== 'linux')

onLinux('tells a reset that came together with data, which libuv takes for an end', async () => {
  expect(await askWhileStopped((socket) => socket.resetAndDestroy())).toMatchObject({ code: 'ECONNRESET' })
})

onLinux('tells an end where the server closed', async () => {
  expect(await askWhileStopped((socket) => socket.end(() => socket.destroy()))).toMatchObject({ code: 'EOF' })
})
