import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { Header } from 'tar'
import type { Manifest } from '../src/manifest/manifest.ts'

/** One entry of an archive that is built by hand, so that it can hold what no tool would write. */
export interface Entry {
  readonly path: string
  readonly content?: string | Uint8Array
  readonly type?: NonNullable<ConstructorParameters<typeof Header>[0]> extends infer H
    ? H extends { type?: infer T }
      ? T
      : never
    : never
  readonly linkpath?: string
  readonly mode?: number
}

export function tarOf(entries: readonly Entry[]): Buffer {
  const blocks: Buffer[] = []
  for (const entry of entries) {
    const content = Buffer.from(entry.content ?? '')
    const header = new Header({
      path: entry.path,
      mode: entry.mode ?? 0o644,
      size: content.length,
      type: entry.type ?? 'File',
      mtime: new Date(0),
      ...(entry.linkpath !== undefined && { linkpath: entry.linkpath }),
    })
    const block = Buffer.alloc(512)
    header.encode(block)
    blocks.push(block, content, Buffer.alloc((512 - (content.length % 512)) % 512))
  }
  return Buffer.concat([...blocks, Buffer.alloc(1024)])
}

export function tgzOf(entries: readonly Entry[]): Buffer {
  return gzipSync(tarOf(entries))
}

export interface MadePackage {
  readonly manifest: Manifest
  readonly blob: Buffer
}

/** A package as a provider would offer it, unsigned. */
export function packageOf(blob: Buffer, fields: Partial<Manifest> = {}): MadePackage {
  return {
    blob,
    manifest: {
      schema: 'hotload.manifest/1',
      name: 'pricing',
      version: '1.0.0',
      seq: 1,
      expires: '2099-01-01T00:00:00Z',
      size: blob.length,
      sha512: sha512Of(blob),
      format: 'tgz',
      ...fields,
    },
  }
}

export function sha512Of(bytes: Uint8Array): string {
  return createHash('sha512').update(bytes).digest('hex')
}
