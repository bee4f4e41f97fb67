import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { followEngine } from './follow-engine.ts'
import type { LogFollower } from './follow-log.ts'

let folder: string
let server: Server
let follower: LogFollower | undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'whyreset-engine-'))
})
afterEach(async () => {
  await follower?.stop()
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
  rmSync(folder, { recursive: true, force: true })
})

/** An engine that answers so, and what is read from it. */
async function follow(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<() => string> {
  const socket = join(folder, 'engine.sock')
  server = createServer(answer).listen(socket)
  await once(server, 'listening')
  let read = ''
  follower = await followEngine({ socket, container: 'c0ffee' }, (bytes) => {
    read += bytes.toString('utf8')
  })
  return () => read
}

/** Docker Engine API, ContainerAttach. */
function frame(stream: 1 | 2, text: string): Buffer {
  const header = Buffer.alloc(8)
  header.writeUInt8(stream)
  header.writeUInt32BE(Buffer.byteLength(text), 4)
  return Buffer.concat([header, Buffer.from(text)])
}

const DOCKER = 'application/vnd.docker.multiplexed-stream'
const PODMAN = 'application/octet-stream'
const TERMINAL = 'application/vnd.docker.raw-stream'

it.each([DOCKER, PODMAN, TERMINAL])('takes frames apart wherever they are cut: %s', async (type) => {
  const bytes = Buffer.concat([frame(1, 'out one\n'), frame(2, 'error é\n'), frame(1, 'out two\n')])
  const read = await follow((_request, response) => {
    response.writeHead(200, { 'content-type': type })
    response.write(bytes.subarray(0, 5))
    void sendOneByOne(response, bytes.subarray(5))
  })
  await vi.waitFor(() => {
    expect(read()).toBe('out one\nerror é\nout two\n')
  })
})

it('takes the stream of a terminal as it is', async () => {
  const read = await follow((_request, response) => {
    response.writeHead(200, { 'content-type': TERMINAL })
    response.write('connection reset\r\n')
  })
  await vi.waitFor(() => {
    expect(read()).toBe('connection reset\r\n')
  })
})

it('goes on while an engine says nothing before the first line, as Podman does', async () => {
  let speak: (() => void) | undefined
  const read = await follow((request, response) => {
    expect(request.url).toMatch(/^\/containers\/c0ffee\/logs\?follow=1&.*&timestamps=1&since=\d+\.\d{3}$/)
    speak = () => response.writeHead(200, { 'content-type': PODMAN }).write(frame(1, 'at last\n'))
  })
  expect(follower?.trouble).toBeUndefined()
  speak?.()
  await vi.waitFor(() => {
    expect(read()).toBe('at last\n')
  })
})

it('says what the engine answered when it has no such container', async () => {
  await follow((_request, response) => {
    response.writeHead(404).end('{"message":"No such container: c0ffee"}')
  })
  expect(follower?.trouble).toBe(`${join(folder, 'engine.sock')} answered 404`)
})

async function sendOneByOne(response: ServerResponse, bytes: Buffer): Promise<void> {
  for (const byte of bytes) await new Promise((resolve) => response.write(Buffer.of(byte), resolve))
}
