import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Isolate, Loader, StagedPackage } from '@whyreset/hotload'
import { afterEach } from 'vitest'

const cleanups: (() => Promise<unknown> | void)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

export function onCleanup(cleanup: () => Promise<unknown> | void): void {
  cleanups.push(cleanup)
}

/** A package of these files, the first of which is its entry, as if it were staged. */
export function packageOf(files: Readonly<Record<string, string>>): StagedPackage {
  const folder = mkdtempSync(join(tmpdir(), 'hotload-package-'))
  onCleanup(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const [entry = ''] = Object.keys(files)
  return {
    manifest: {
      schema: 'hotload.manifest/1',
      name: 'pricing',
      version: '1.0.0',
      seq: 1,
      expires: '2099-01-01T00:00:00Z',
      size: 1,
      sha512: '0'.repeat(128),
      format: 'file',
    },
    digest: '0'.repeat(128),
    folder,
    entryPath: join(folder, entry),
  }
}

/** Loads code, and ends it after the test. */
export async function load(
  loader: Loader,
  code: string,
  { name = 'index.mjs', timeoutMs = 60_000, handover }: LoadOptions = {},
): Promise<Isolate> {
  const context = { generation: 1, signal: AbortSignal.timeout(timeoutMs), handover }
  const isolate = await loader.load(packageOf({ [name]: code }), context)
  onCleanup(() => isolate.dispose(AbortSignal.timeout(2000)).catch(() => undefined))
  return isolate
}

interface LoadOptions {
  readonly name?: string
  readonly timeoutMs?: number
  readonly handover?: unknown
}

/** What a promise is rejected with. */
export async function rejectionOf(promise: Promise<unknown>): Promise<Error & { code?: string }> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  )
  if ('error' in outcome && outcome.error instanceof Error) return outcome.error
  throw new Error(`no rejection with an error: ${JSON.stringify(outcome)}`)
}
