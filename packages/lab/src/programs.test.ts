import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { afterEach, expect, it, vi } from 'vitest'
import { programPath } from './program-files.ts'

const HOST = '127.0.0.1'
const onLinux = it.skipIf(process.platform !== 'linux')

const children: ChildProcess[] = []
const server = createServer().listen(0, HOST)
await once(server, 'listening')
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  server.removeAllListeners('connection')
})

/** A program of the lab, and what it has told so far. */
function start(name: string, options: object): { child: ChildProcess; told: (event: string) => unknown[] } {
  const child = spawn(process.execPath, [programPath(name), JSON.stringify(options)], {
    stdio: ['pipe', 'ignore', 'ignore', 'pipe'],
  })
  children.push(child)
  const events: { event?: unknown }[] = []
  // Descriptor 3 is a pipe from it.
  createInterface({ input: child.stdio[3] as Readable }).on('line', (line) => events.push(JSON.parse(line)))
  return { child, told: (event) => events.filter((one) => one.event === event) }
}

/** A port of this machine that was free a moment ago. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, HOST)
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo // It listens on TCP.
  probe.close()
  await once(probe, 'close')
  return port
}

/** What a client tells that asks twice, and is stopped while `answer` answers its first line. */
async function tellsWhenStopped(answer: (socket: Socket) => void): Promise<unknown> {
  const { port } = server.address() as AddressInfo // It listens on TCP.
  const { child, told } = start('line-client.mjs', { host: HOST, port, connections: 1, pausesMs: [0, 20] })
  child.stdin?.write('go\n')
  const [socket] = (await once(server, 'connection')) as [Socket]
  await once(socket, 'data')
  child.kill('SIGSTOP')
  await vi.waitFor(() => {
    expect(readFileSync(`/proc/${child.pid}/stat`, 'utf8')).toContain(') T ')
  })
  await new Promise<void>((resolve) => {
    socket.once('close', () => {
      resolve()
    })
    socket.write('+served\n', () => {
      answer(socket)
    })
  })
  child.kill('SIGCONT')
  return vi.waitFor(() => {
    const [failed] = told('failed')
    expect(failed).toBeDefined()
    return failed
  })
}

onLinux('a client tells a reset that came together with data, which libuv takes for an end', async () => {
  expect(await tellsWhenStopped((socket) => socket.resetAndDestroy())).toMatchObject({ code: 'ECONNRESET' })
})

onLinux('a client tells an end where the server closed', async () => {
  expect(await tellsWhenStopped((socket) => socket.end(() => socket.destroy()))).toMatchObject({
    code: 'EOF',
  })
})

it('a server tells of each connection that was reset under it, of one port as well', async () => {
  const [port, localPort] = [await freePort(), await freePort()]
  const { told } = start('http-server.mjs', { host: HOST, port })
  await vi.waitFor(() => {
    expect(told('ready')).toHaveLength(1)
  })
  for (const times of [1, 2]) {
    const socket = connect({ host: HOST, port, localPort })
    socket.write('GET /?bytes=9000000 HTTP/1.1\r\nHost: lab\r\n\r\n')
    await once(socket, 'data')
    socket.resetAndDestroy()
    await vi.waitFor(() => {
      expect(told('lost')).toHaveLength(times)
    })
  }
})
