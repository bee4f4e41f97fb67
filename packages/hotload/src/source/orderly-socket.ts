import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'

/** What the other side may still send after our FIN before we stop reading: a chunk of a download and its headers. */
const DRAIN_BYTES = 2 * 1024 * 1024
/** A TLS server that said `Connection: close` sends FIN by itself: a close_notify of ours would meet a closed socket. */
const TLS_PATIENCE_MS = 50
/** For the other side's FIN after ours. */
const DRAIN_MS = 1000

export interface SocketTally {
  opened(): void
  received(bytes: number): void
  /** It broke after it had served at least one answer. */
  broke(error: Error, bytesRead: number): void
  /** Closed with something left to come: the kernel answers what comes with RST. */
  reset(): void
  /** Resolves when the connection is gone, in good order or not. */
  closing(gone: Promise<void>): void
}

/**
 * A connection that undici may destroy at any time without a RST leaving this host. undici closes with `destroy()`,
 * which closes the descriptor: the kernel then answers with RST whatever is unread or still comes (RFC 9293 §3.6.1,
 * net/ipv4/tcp.c __tcp_close), in TLS 1.3 already the other side's close_notify. Here undici's end is gone at once,
 * while the socket sends FIN, reads until the other side's FIN within a budget, and only then closes.
 */
export class OrderlySocket extends Duplex {
  readonly #socket: Socket
  readonly #tally: SocketTally
  #isEnded = false
  #bytesRead = 0

  constructor(socket: Socket, tally: SocketTally) {
    super({ allowHalfOpen: true })
    this.#socket = socket
    this.#tally = tally
    tally.opened()
    socket.on('data', (chunk: Buffer) => {
      if (this.destroyed) return
      this.#bytesRead += chunk.length
      tally.received(chunk.length)
      if (!this.push(chunk)) socket.pause()
    })
    socket.on('end', () => {
      this.#isEnded = true
      this.push(null)
    })
    socket.on('error', (error) => {
      tally.broke(error, this.#bytesRead)
      this.destroy(error)
    })
    socket.on('close', () => this.destroy())
  }

  override _read(): void {
    this.#socket.resume()
  }

  override _write(chunk: Uint8Array, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(chunk, encoding, done)
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end(done)
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#tally.closing(closeOrderly(this.#socket, this.#isEnded, this.#tally))
    done(error)
  }

  // Of a net.Socket, what undici asks for besides the stream.

  ref(): this {
    this.#socket.ref()
    return this
  }

  unref(): this {
    this.#socket.unref()
    return this
  }

  /** Of answers: what a TLS handshake took is not in it. */
  get bytesRead(): number {
    return this.#bytesRead
  }

  get bytesWritten(): number {
    return this.#socket.bytesWritten
  }

  get remoteAddress(): string | undefined {
    return this.#socket.remoteAddress
  }

  get remotePort(): number | undefined {
    return this.#socket.remotePort
  }
}

/** Resolves when the socket is gone. */
async function closeOrderly(socket: Socket, isEnded: boolean, tally: SocketTally): Promise<void> {
  if (socket.closed) return
  const gone = new Promise<void>((resolve) => {
    socket.once('close', () => resolve())
  })
  // What waits for the other side's FIN is waited for at the end of the process too.
  socket.ref()
  // The other side is gone, or has closed: a close_notify of ours would be answered with its RST.
  if (socket.destroyed || isEnded) {
    socket.destroy()
    return gone
  }
  const giveUp = (): void => {
    if (socket.destroyed) return
    tally.reset()
    socket.destroy()
  }
  const timer = setTimeout(giveUp, DRAIN_MS)
  let drained = 0
  socket.on('data', (chunk: Buffer) => {
    drained += chunk.length
    if (drained > DRAIN_BYTES) giveUp()
  })
  socket.once('end', () => socket.destroy())
  socket.resume()
  const end = setTimeout(() => socket.end(), socket instanceof TLSSocket ? TLS_PATIENCE_MS : 0)
  await gone
  clearTimeout(end)
  clearTimeout(timer)
}
