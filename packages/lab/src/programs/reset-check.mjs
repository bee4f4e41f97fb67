import { readFileSync } from 'node:fs'

/**
 * For a connected socket: whether it was reset, to be asked when its data has ended. libuv tells the end, not ECONNRESET, where the last data and the reset
 * are seen at once (uv__stream_io, POLLHUP after a partial read); the kernel lists a socket that got a FIN, and none that
 * got a RST.
 */
export function resetCheck({ localPort, remotePort }) {
  const [local, remote] = [localPort, remotePort].map((port) => `:${hex(port)}`)
  return () => {
    const rows = ['tcp', 'tcp6'].flatMap((table) => read(`/proc/self/net/${table}`).split('\n'))
    return !rows.some((row) => {
      const [, from = '', to = ''] = row.trim().split(/ +/)
      return from.endsWith(local) && to.endsWith(remote)
    })
  }
}

/** A connection that was reset before anybody looked has no port. */
function hex(port) {
  return (port ?? 0).toString(16).toUpperCase().padStart(4, '0')
}

function read(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // No IPv6 here.
    return ''
  }
}
