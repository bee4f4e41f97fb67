import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { errorCode } from './durable.ts'

export interface FileDigest {
  readonly hash: Hash
  readonly size: number
}

/** Hashes a file as it streams by; `undefined` where there is none. The hash can be fed on. */
export async function digestFile(path: string): Promise<FileDigest | undefined> {
  const hash = createHash('sha512')
  let size = 0
  try {
    await pipeline(createReadStream(path), async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) {
        hash.update(chunk)
        size += chunk.byteLength
      }
    })
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
  return { hash, size }
}

/** Whether a file is there and is what its digest says. A file that cannot be read is not. */
export async function isBlobIntact(path: string, sha512: string): Promise<boolean> {
  const found = await digestFile(path).catch(() => undefined)
  return found?.hash.digest('hex') === sha512
}
