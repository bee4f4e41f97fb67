import { randomUUID } from 'node:crypto'
import { link, open, readdir, readFile, rm, writeFile, type FileHandle } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HotloadError } from '../errors.ts'
import { isObject, parseJson } from '../manifest/json-value.ts'
import { errorCode, makeFolder } from './durable.ts'

/** sockaddr_un holds 108 bytes (104 elsewhere), with the zero at the end: unix(7). */
const MAX_SOCKET_PATH_BYTES = 100
/** A holder accepts at once, also when it is stopped or busy, since the kernel does: longer means that it cannot be told. */
const CONNECT_MS = 2_000
const MAX_TRIES = 20

export interface Lock {
  release(): Promise<void>
}

/**
 * Makes this process the only writer of a folder. A lock is a numbered file that names a listening socket: the kernel
 * knows whether somebody listens, so a lock that outlived its process is seen for what it is at once, also where the pid was
 * given to another process or means nothing here (another container). A stale lock is not removed but followed by the next
 * number, which only one process can create; so two that see the same stale lock cannot both win.
 */
export async function acquireLock(folder: string): Promise<Lock> {
  await makeFolder(folder)
  const id = randomUUID().slice(0, 13)
  const beacon = await openBeacon(folder, id)
  const draft = join(folder, `${id}.draft`)
  try {
    const holder = { pid: process.pid, beacon: id, since: new Date().toISOString() }
    await writeFile(draft, JSON.stringify(holder), { flag: 'wx' })
    const number = await claimNumber(folder, draft)
    await removeOlder(folder, number)
  } catch (error) {
    await beacon.close()
    throw error
  } finally {
    await rm(draft, { force: true })
  }
  return { release: () => beacon.close() }
}

async function claimNumber(folder: string, draft: string): Promise<number> {
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    const highest = Math.max(0, ...(await numbersIn(folder)))
    if (highest > 0) await requireStale(folder, highest)
    const mine = highest + 1
    if (!(await linked(draft, join(folder, String(mine))))) continue
    // Whoever looked before the holder of a higher number cleared the lower ones creates one of those again.
    if (Math.max(...(await numbersIn(folder))) === mine) return mine
    await rm(join(folder, String(mine)), { force: true })
  }
  throw locked(folder, 'several processes that begin at the same time')
}

async function requireStale(folder: string, number: number): Promise<void> {
  const text = await readFile(join(folder, String(number)), 'utf8').catch(() => '')
  const holder = parseJson(text)
  if (!isObject(holder) || typeof holder['beacon'] !== 'string') return
  if (!/^[0-9a-f-]{1,36}$/.test(holder['beacon'])) return
  if (await isLit(folder, holder['beacon']))
    throw locked(folder, `process ${String(holder['pid'])} since ${String(holder['since'])}`)
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    throw error
  }
}

async function numbersIn(folder: string): Promise<number[]> {
  return (await readdir(folder)).filter((name) => /^\d{1,15}$/.test(name)).map(Number)
}

async function removeOlder(folder: string, mine: number): Promise<void> {
  for (const number of await numbersIn(folder)) {
    if (number >= mine) continue
    const holder = parseJson(await readFile(join(folder, String(number)), 'utf8').catch(() => ''))
    if (isObject(holder) && typeof holder['beacon'] === 'string' && /^[0-9a-f-]+$/.test(holder['beacon']))
      await rm(join(folder, `${holder['beacon']}.sock`), { force: true })
    await rm(join(folder, String(number)), { force: true })
  }
}

interface Beacon {
  close(): Promise<void>
}

async function openBeacon(folder: string, id: string): Promise<Beacon> {
  const { path, release } = await socketPath(folder, id)
  const server = createServer((socket) => socket.destroy())
  try {
    await listening(server, path)
  } catch (error) {
    await release()
    throw error
  }
  server.unref()
  return {
    async close() {
      await new Promise<void>((resolve) => server.close(() => resolve()))
      await release()
    },
  }
}

async function isLit(folder: string, id: string): Promise<boolean> {
  const { path, release } = await socketPath(folder, id)
  try {
    return await new Promise<boolean>((resolve) => {
      const socket = connect(path)
      // Nobody answered in time: holding back is the safe reading.
      const timer = setTimeout(() => settle(true), CONNECT_MS)
      const settle = (lit: boolean): void => {
        clearTimeout(timer)
        socket.destroy()
        resolve(lit)
      }
      socket.once('connect', () => settle(true))
      socket.once('error', (error) => settle(!isDark(error)))
    })
  } finally {
    await release()
  }
}

/** Nobody listens, or the socket is gone. Any other error does not say so. */
function isDark(error: Error): boolean {
  const code = errorCode(error)
  return code === 'ECONNREFUSED' || code === 'ENOENT'
}

/** A path short enough for a socket: through the folder's descriptor where its own path is too long. */
async function socketPath(
  folder: string,
  id: string,
): Promise<{ readonly path: string; readonly release: () => Promise<void> }> {
  const path = join(folder, `${id}.sock`)
  if (Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES) return { path, release: () => Promise.resolve() }
  if (process.platform !== 'linux')
    return { path: join(tmpdir(), `hotload-${id}.sock`), release: () => Promise.resolve() }
  const handle: FileHandle = await open(folder, 'r')
  return { path: `/proc/self/fd/${handle.fd}/${id}.sock`, release: () => handle.close() }
}

function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    // In a cluster the primary would listen in our place, and outlive us.
    server.listen({ path, exclusive: true }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function locked(folder: string, holder: string): HotloadError {
  return new HotloadError(
    'HOTLOAD_LOCKED',
    `${folder}: the store is open in ${holder}: one process writes to a store; end that one or name another folder`,
  )
}
