import { request } from 'node:http'
import type { LogFollower } from './follow-log.ts'

/** Docker Engine API, ContainerAttach: each frame is the stream's number, three zeros and a length, then its bytes. */
const FRAME_HEADER_BYTES = 8
const MAX_FRAME_BYTES = 16 << 20
/** Podman answers with the first line only; what it prints from `since` on is not lost by going on. */
const ANSWER_MS = 500

/** Follows what a container prints, from now on, through the API socket of Docker or Podman. */
export function followEngine(
  { socket, container }: { readonly socket: string; readonly container: string },
  onBytes: (bytes: Buffer) => void,
): Promise<LogFollower> {
  // The engine's own time before each line: what the program prints may have none, or no zone.
  const since = (Date.now() / 1e3).toFixed(3)
  const path = `/containers/${encodeURIComponent(container)}/logs?follow=1&stdout=1&stderr=1&timestamps=1&since=${since}`
  let trouble: string | undefined
  let isStopped = false
  return new Promise((resolve) => {
    const call = request({ socketPath: socket, path, headers: { Host: 'localhost' } })
    const follower: LogFollower = {
      get trouble() {
        return trouble
      },
      stop() {
        isStopped = true
        call.destroy()
        return Promise.resolve()
      },
    }
    const begin = (): void => {
      clearTimeout(timer)
      resolve(follower)
    }
    const timer = setTimeout(begin, ANSWER_MS)
    call.on('error', (error) => {
      if (!isStopped) trouble = `${socket}: ${error.message}`
      begin()
    })
    call.once('response', (answer) => {
      if (answer.statusCode !== 200) {
        answer.resume()
        trouble = `${socket} answered ${String(answer.statusCode)}`
        begin()
        return
      }
      // With a terminal the container has one stream, which is not framed.
      const isRaw = answer.headers['content-type'] === 'application/vnd.docker.raw-stream'
      const unframe = createUnframer(onBytes)
      let decide: (chunk: Buffer) => void = (chunk) => {
        decide = isRaw && !looksFramed(chunk) ? onBytes : unframe
        decide(chunk)
      }
      answer.on('data', (chunk: Buffer) => {
        decide(chunk)
      })
      answer.on('error', () => undefined)
      begin()
    })
    call.end()
  })
}

/** Docker before API 1.42, and Podman, call framed streams raw as well. */
function looksFramed(chunk: Buffer): boolean {
  return chunk.length >= 4 && (chunk[0] ?? 3) <= 2 && chunk[1] === 0 && chunk[2] === 0 && chunk[3] === 0
}

function createUnframer(onBytes: (bytes: Buffer) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0)
  return (chunk) => {
    let bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    while (bytes.length >= FRAME_HEADER_BYTES) {
      const length = bytes.readUInt32BE(4)
      // No frames after all: nothing is lost by passing on what is there.
      const end = looksFramed(bytes) && length <= MAX_FRAME_BYTES ? FRAME_HEADER_BYTES + length : undefined
      if (end === undefined) {
        onBytes(bytes)
        bytes = Buffer.alloc(0)
      } else if (bytes.length < end) break
      else {
        onBytes(bytes.subarray(FRAME_HEADER_BYTES, end))
        bytes = bytes.subarray(end)
      }
    }
    rest = bytes
  }
}
