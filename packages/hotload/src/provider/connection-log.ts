import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { errorCode } from '../store/durable.ts'

const MAX_PEERS = 256
const MAX_EVENTS_PER_PEER = 16
const MAX_URL_LENGTH = 200
/** What a connection that was reset says: on reading, and on writing after it. */
const RESET_CODES: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE'])

/** A connection that did not end in an orderly way. */
export interface ConnectionEvent {
  /** `reset`: an RST came. `aborted`: the client closed while it was being answered. */
  readonly kind: 'reset' | 'aborted'
  readonly at: string
  /** Of the last request on the connection. */
  readonly url: string
  /** The client's port, to find the connection in a capture. */
  readonly peerPort?: number
  /** Whether the connection was idle between two requests, or an answer was under way. */
  readonly during: 'idle' | 'answer'
}

export interface PeerLog {
  readonly peer: string
  readonly resets: number
  readonly aborted: number
  /** The newest last. */
  readonly events: readonly ConnectionEvent[]
}

export interface ConnectionLog {
  readonly openConnections: number
  readonly resets: number
  readonly aborted: number
  /** The peers that were heard of last. */
  readonly peers: readonly PeerLog[]
  watch(request: IncomingMessage, response: ServerResponse): void
}

interface Peer {
  resets: number
  aborted: number
  readonly events: ConnectionEvent[]
}

interface Watched {
  url: string
  answers: number
}

/**
 * Counts the resets that a provider suffers, and from whom. It sees a connection from its first request on. Where the RST
 * comes together with the last bytes, Node before 24 reports an end: such a one is `aborted`, or not seen.
 */
export function connectionLog(now: () => Date): ConnectionLog {
  const watched = new WeakMap<Socket, Watched>()
  const peers = new Map<string, Peer>()
  let openConnections = 0
  const totals = { resets: 0, aborted: 0 }

  function note(
    socket: Socket,
    kind: ConnectionEvent['kind'],
    { url, answers }: Watched,
    address: string,
  ): void {
    const peer = peers.get(address) ?? { resets: 0, aborted: 0, events: [] }
    // In the order of the last event, so that the first is who was silent longest.
    peers.delete(address)
    peers.set(address, peer)
    for (const oldest of peers.keys()) if (peers.size > MAX_PEERS) peers.delete(oldest)
    const counter = kind === 'reset' ? 'resets' : 'aborted'
    peer[counter]++
    totals[counter]++
    peer.events.push({
      kind,
      at: now().toISOString(),
      url,
      during: answers > 0 ? 'answer' : 'idle',
      ...(socket.remotePort !== undefined && { peerPort: socket.remotePort }),
    })
    if (peer.events.length > MAX_EVENTS_PER_PEER) peer.events.shift()
  }

  function watchSocket(socket: Socket): Watched {
    const state: Watched = { url: '', answers: 0 }
    // Gone once the connection is.
    const address = socket.remoteAddress ?? 'unknown'
    watched.set(socket, state)
    openConnections++
    let isReset = false
    socket.on('error', (error) => {
      if (isReset || !RESET_CODES.has(errorCode(error) ?? '')) return
      isReset = true
      note(socket, 'reset', state, address)
    })
    socket.once('close', () => {
      openConnections--
      if (!isReset && state.answers > 0) note(socket, 'aborted', state, address)
    })
    return state
  }

  return {
    get openConnections() {
      return openConnections
    },
    get resets() {
      return totals.resets
    },
    get aborted() {
      return totals.aborted
    },
    get peers() {
      return [...peers].map(([peer, { resets, aborted, events }]) => ({
        peer,
        resets,
        aborted,
        events: [...events],
      }))
    },
    watch(request, response) {
      const state = watched.get(request.socket) ?? watchSocket(request.socket)
      state.url = `${request.method} ${request.url}`.slice(0, MAX_URL_LENGTH)
      state.answers++
      response.once('finish', () => state.answers--)
    },
  }
}
