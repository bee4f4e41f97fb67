import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { httpSource } from '../source/http-source.ts'
import { openStore } from '../store/open-store.ts'
import { publicKeysFrom } from './key-files.ts'
import { say, sayJson, sizeOf } from './terminal.ts'
import { UsageError } from './usage-error.ts'

export interface VerifyFlags {
  readonly trust?: readonly string[]
  readonly threshold?: number
  readonly json?: boolean
}

/** Does what a client would, in a folder of its own that is removed: signature, date, digest, and the archive to its last entry. */
export async function runVerify(typed: string, flags: VerifyFlags): Promise<number> {
  const { trust = [], threshold, json = false } = flags
  const url = URL.canParse(typed) ? new URL(typed) : undefined
  const [, path = '', name] = /^(.*?)\/((?:@[^/]+\/)?[^/]+)\/?$/.exec(url?.pathname ?? '') ?? []
  if (url === undefined || name === undefined)
    throw new UsageError(`${typed}: http://HOST/NAME was wanted, a package of a provider`)
  if (trust.length === 0) throw new UsageError('whose signature counts? --trust KEY was wanted')
  const keys = await publicKeysFrom(trust)
  const base = new URL(url)
  base.pathname = path
  const source = httpSource(base.href, { trust: { keys, ...(threshold !== undefined && { threshold }) } })
  const folder = await mkdtemp(join(tmpdir(), 'hotload-verify-'))
  const store = await openStore(folder)
  try {
    const { signal } = new AbortController()
    const result = await source.check({ name, highWater: 0, clientId: 'hotload-verify', signal, store })
    if (result.kind === 'failed') throw result.error
    if (result.kind === 'unchanged') throw new Error('the provider answered 304 to who had nothing')
    const { manifest } = result
    const writer = await store.receive(manifest)
    if (writer !== undefined) {
      await source.download(manifest, writer, signal)
      await writer.finish()
    }
    await store.stage(manifest)
    if (json) sayJson({ verified: true, manifest })
    else
      say(
        `${name} ${manifest.version} (number ${manifest.seq}) is signed by a trusted key until ${manifest.expires}, and its ${sizeOf(manifest.size)} are what was signed`,
      )
    return 0
  } finally {
    await source.close()
    await store.close()
    await rm(folder, { recursive: true, force: true })
  }
}
