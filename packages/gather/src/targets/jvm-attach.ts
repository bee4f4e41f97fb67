import { createConnection } from 'node:net'
import { constants } from 'node:fs'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { handleInside } from './inside-root.ts'
import { readJvm } from './jvm-process.ts'
import { namespacePid, readText } from './proc.ts'

/** What `jcmd` does, over the socket of HotSpot's attach listener: no JDK is needed on this machine or in the target. */

const ANSWER_MS = 3000
const MAX_ANSWER_BYTES = 256 * 1024
const POLL_MS = 50

/**
 * Asks a JVM whose attach listener is open already (somebody used jcmd or jstack on it): nothing is written into the
 * target. `undefined` where it is not open, or does not answer this user.
 */
export async function askJvm(pid: number, command: string): Promise<string | undefined> {
  const socket = await listenerSocket(pid)
  if (socket === undefined) return undefined
  try {
    // By the handle: what the name leads to by now is the target's choice.
    const answer = await exchange(`/proc/self/fd/${socket.fd}`, ['1', 'jcmd', command, '', ''])
    const [, code, text] = /^(\d+)\n(.*)$/s.exec(answer ?? '') ?? []
    return code === '0' ? text : undefined
  } finally {
    await socket.close()
  }
}

/**
 * Makes a JVM open its attach listener, as `jcmd` does: a file beside its socket, and SIGQUIT (HotSpot
 * `os/posix/attachListener_posix.cpp`). Gives the reason where that cannot be done.
 */
export async function openListener(pid: number): Promise<string | undefined> {
  const [status, maps, inside] = await Promise.all([
    readText(`/proc/${pid}/status`),
    readText(`/proc/${pid}/maps`),
    namespacePid(pid),
  ])
  if (inside === undefined || !/\/libjvm\.so$/m.test(maps ?? '') || /\/libj9vm/.test(maps ?? ''))
    return 'it is no HotSpot JVM'
  // It would print all its threads instead.
  if ((await readJvm(pid)).options.includes('-XX:+DisableAttachMechanism'))
    return 'its JVM may not be asked (-XX:+DisableAttachMechanism)'
  // With -Xrs nobody catches it, and SIGQUIT would end the process.
  const caught = BigInt(`0x${/^SigCgt:\s*([0-9a-f]+)$/m.exec(status ?? '')?.[1] ?? '0'}`)
  if ((caught & SIGQUIT_BIT) === 0n) return 'its JVM does not take the signal (-Xrs)'
  const owner = /^Uid:\s*\d+\s+(\d+).*\nGid:\s*\d+\s+(\d+)/m.exec(status ?? '')
  const folder = await handleInside(`/proc/${pid}/root`, '/tmp').catch(() => undefined)
  if (folder === undefined) return 'it has no /tmp'
  const trigger = `/proc/self/fd/${folder.fd}/.attach_pid${inside}`
  let made = false
  try {
    // Exclusive creation follows no link.
    const file = await open(trigger, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600)
    made = true
    await file.chown(Number(owner?.[1] ?? 0), Number(owner?.[2] ?? 0))
    await file.close()
    process.kill(pid, 'SIGQUIT')
    for (const end = Date.now() + ANSWER_MS; Date.now() < end;) {
      const socket = await listenerSocket(pid)
      await socket?.close()
      if (socket !== undefined) return undefined
      await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    }
    return 'its JVM did not open its attach listener'
  } catch (error) {
    return `its JVM could not be asked (${error instanceof Error ? error.message : String(error)})`
  } finally {
    if (made) await rm(trigger, { force: true })
    await folder.close()
  }
}

const SIGQUIT_BIT = 1n << 2n

/** A socket of that name, wherever the target's links lead inside its own root. */
async function listenerSocket(pid: number): Promise<FileHandle | undefined> {
  const inside = await namespacePid(pid)
  const handle = await handleInside(`/proc/${pid}/root`, `/tmp/.java_pid${inside ?? ''}`).catch(
    () => undefined,
  )
  if (handle === undefined) return undefined
  if ((await handle.stat()).isSocket()) return handle
  await handle.close()
  return undefined
}

/** Version 1 of the protocol: zero-terminated words, an answer until the end. */
function exchange(path: string, words: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    const connection = createConnection({ path })
    const chunks: Buffer[] = []
    let bytes = 0
    const finish = (answer?: string): void => {
      clearTimeout(timer)
      connection.destroy()
      resolve(answer)
    }
    const timer = setTimeout(finish, ANSWER_MS)
    connection.on('connect', () => connection.write(words.map((word) => `${word}\0`).join('')))
    connection.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes > MAX_ANSWER_BYTES) finish()
    })
    connection.on('end', () => finish(Buffer.concat(chunks).toString('utf8')))
    connection.on('error', () => finish())
  })
}
