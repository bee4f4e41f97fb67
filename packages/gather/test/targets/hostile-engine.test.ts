import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { resolveTarget, type Resolution } from '../../src/index.ts'

let folder: string
const servers: Server[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whyreset-hostile-'))
})
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** What becomes of `docker:web` when the engine's socket answers so. */
async function answered(listener: RequestListener): Promise<Resolution> {
  const socket = join(folder, 'docker.sock')
  await rm(socket, { force: true })
  const server = createServer(listener).listen(socket)
  servers.push(server)
  await once(server, 'listening')
  return resolveTarget('docker:web', {
    sources: {
      dockerSockets: [socket],
      podmanSockets: [],
      podman: undefined,
      containerdSockets: [],
      crictl: 'no-crictl-here',
    },
  })
}

const ID = 'ab'.repeat(32)
const LIST = [{ Id: ID, Names: ['/web'], State: 'running' }]

it.each([
  ['no JSON', 'hello'],
  ['no list', '{}'],
  ['nothing', ''],
])('%s from the socket is an answer, not a crash', async (_, body) => {
  const found = await answered((_request, response) => response.end(body))
  expect(found.ok ? '' : found.says).toMatch(
    /^cannot tell whether a docker container is called 'web': .*docker\.sock /,
  )
})

it('an error from the daemon is passed on', async () => {
  const found = await answered((_request, response) => response.writeHead(500).end('{}'))
  expect(found.ok ? '' : found.says).toContain('docker.sock answered 500')
})

it('an endless answer is cut off', async () => {
  const chunk = Buffer.alloc(1024 * 1024, ' ')
  const found = await answered((_request, response) => {
    const more = (): void => {
      while (!response.destroyed && response.write(chunk));
    }
    response.on('drain', more)
    more()
  })
  expect(found.ok ? '' : found.says).toContain('answered more than')
})

it('names that would write to the terminal or leave a folder are made harmless', async () => {
  const name = '/../../\u001b[2Jevil\n'
  const list = [{ ...LIST[0], Names: [name] }, { Id: 5 }, null]
  const found = await answered((_request, response) => response.end(JSON.stringify(list)))
  expect(found.ok ? '' : found.says).toMatch(/^[\x20-\x7e]+$/)
})

it('a pid of another machine is not taken for the container', async () => {
  const about = {
    Id: ID,
    State: { Status: 'running', Pid: process.pid, StartedAt: '2001-01-01T00:00:00Z' },
  }
  const found = await answered((request, response) =>
    response.end(JSON.stringify(request.url?.startsWith('/containers/json') === true ? LIST : about)),
  )
  expect(found.ok ? '' : found.says).toMatch(/runs as pid \d+, which is not that process here/)
})

it.each([
  ['a pid that is text', { Id: ID, State: { Pid: '1; reboot' } }],
  ['a negative pid', { Id: ID, State: { Pid: -1 } }],
  ['no state', { Id: ID }],
])('%s is refused', async (_, about) => {
  const found = await answered((request, response) =>
    response.end(JSON.stringify(request.url?.startsWith('/containers/json') === true ? LIST : about)),
  )
  expect(found.ok ? '' : found.says).toMatch(/in a form that is not known/)
})
