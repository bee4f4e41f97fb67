import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HotloadError } from '../errors.ts'
import { shown } from '../manifest/json-value.ts'
import type { FetchSmall, RememberedTrust, TrustMemory, Verifier } from '../manifest/trust.ts'
import { createConnections } from '../source/connections.ts'
import { fetchSmallOver } from '../source/fetch-small.ts'
import { providerError } from '../source/provider-error.ts'
import { baseOf } from '../source/request-options.ts'
import { loadTuf, type TufLibrary } from './tuf-library.ts'
import { tufRefusal } from './tuf-refusal.ts'

export interface TufOptions {
  /** root.json of the repository, any version of it that you trust: it comes with your program, never from the repository. */
  readonly root: string | Uint8Array
  /** The folder of timestamp.json: `https://provider/metadata/`. */
  readonly metadataUrl: string
  /** Path of the manifest among the targets: `NAME/manifest` where it is absent. */
  readonly target?: string
}

/** What is kept between two verifications, in this order: each tells whether the next one is newer than the last. */
const KEPT = ['root', 'timestamp', 'snapshot'] as const
/** They are kept in the store's state.json. */
const LIMITS = { rootMaxLength: 128 * 1024, timestampMaxLength: 16 * 1024, snapshotMaxLength: 512 * 1024 }
const LONGEST = 5 * 1024 * 1024

/**
 * Trusts what a TUF repository names (https://theupdateframework.github.io/specification/v1.0.33/): the document is a
 * manifest as plain JSON, and a target of the repository. Its keys, thresholds, delegations and rotations are TUF's;
 * the library `tuf-js` does that, and is loaded here. Rejects where it is not installed or `root` is none.
 */
export async function tufVerifier({ root, metadataUrl, target }: TufOptions): Promise<Verifier> {
  const base = baseOf(metadataUrl)
  const library = await loadTuf()
  const rootText = typeof root === 'string' ? root : Buffer.from(root).toString()
  requireRoot(library, rootText)
  const rootId = `tuf:${createHash('sha256').update(rootText).digest('hex')}`
  const ownMemory = memoryOf({ root: rootId, lists: [] })

  return {
    async verify(document, { name, memory = ownMemory, fetchSmall }) {
      const path = target ?? `${name}/manifest`
      const { trust } = memory.state
      const remembered = trust?.root === rootId ? trust.lists : []
      const folder = await mkdtemp(join(tmpdir(), 'hotload-tuf-'))
      try {
        const texts = remembered.length > 0 ? remembered : [rootText]
        for (const [at, text] of texts.entries()) await writeFile(fileOf(folder, at), text)
        try {
          const named = await askedOver(fetchSmall, (fetch) => targetOf(library, folder, base, path, fetch))
          requireNamed(document, named, path, base)
        } finally {
          // Also where it was refused: a rotation that was followed is not to be taken back.
          const kept = await keptIn(folder)
          if (kept.join() !== texts.join())
            await memory.update((state) => ({ ...state, trust: { root: rootId, lists: kept } }))
        }
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
      return document
    },
  }
}

interface NamedTarget {
  readonly length: number
  readonly hashes: Readonly<Record<string, string>>
}

/** TUF's client workflow, §5.3 to §5.6. It writes what it verified into the folder, which nobody else reads. */
async function targetOf(
  library: TufLibrary,
  folder: string,
  base: URL,
  path: string,
  fetch: FetchSmall,
): Promise<NamedTarget | undefined> {
  let failure: HotloadError | undefined
  const downloadBytes = async (url: string, limitBytes: number): Promise<Buffer> => {
    failure = undefined
    try {
      const { status, bytes } = await fetch(new URL(url), Math.min(limitBytes, LONGEST))
      if (status === 200) return Buffer.from(bytes)
      failure = providerError(new URL(url), `answered ${status}; TUF metadata was wanted`)
      // The library takes 403 and 404 for the end of the chain of roots.
      throw new library.DownloadHTTPError(failure.message, status)
    } catch (error) {
      if (error instanceof HotloadError) failure = error
      throw error
    }
  }
  try {
    const updater = new library.Updater({
      metadataDir: folder,
      metadataBaseUrl: base.href.replace(/\/$/, ''),
      config: LIMITS,
      fetcher: {
        downloadBytes,
        downloadFile: () => Promise.reject(new TypeError('no target is downloaded')),
      },
    })
    return await updater.getTargetInfo(path)
  } catch (error) {
    throw failure ?? tufRefusal(base, error)
  }
}

function requireNamed(document: Uint8Array, named: NamedTarget | undefined, path: string, base: URL): void {
  if (named === undefined)
    throw refused(
      base,
      `names no target ${shown(path)}: the manifest was wanted as one, see the option target`,
    )
  const { length, hashes } = named
  const known = (['sha256', 'sha512'] as const).filter((algorithm) => hashes[algorithm] !== undefined)
  const isIt =
    known.length > 0 &&
    document.byteLength === length &&
    known.every((each) => createHash(each).update(document).digest('hex') === hashes[each])
  if (!isIt)
    throw refused(
      base,
      `names another ${shown(path)} than the manifest that came: somebody changed it, or the metadata is published after the manifest instead of before it`,
    )
}

function requireRoot(library: TufLibrary, text: string): void {
  try {
    library.readRoot(text)
  } catch (cause) {
    throw new HotloadError(
      'HOTLOAD_SIGNATURE',
      'root is no root.json of TUF that is signed by its own keys: the content of the file was wanted, not its name',
      { cause },
    )
  }
}

/** The source's own connections where there is a source. */
async function askedOver<T>(
  given: FetchSmall | undefined,
  ask: (fetch: FetchSmall) => Promise<T>,
): Promise<T> {
  if (given !== undefined) return ask(given)
  const connections = createConnections()
  try {
    return await ask(fetchSmallOver(connections))
  } finally {
    await connections.close()
  }
}

async function keptIn(folder: string): Promise<string[]> {
  const texts: string[] = []
  for (const at of KEPT.keys()) {
    const text = await readFile(fileOf(folder, at), 'utf8').catch(() => undefined)
    if (text === undefined) break
    texts.push(text)
  }
  return texts
}

function fileOf(folder: string, at: number): string {
  return join(folder, `${KEPT[at] ?? 'unknown'}.json`)
}

function memoryOf(first: RememberedTrust): TrustMemory {
  let trust = first
  return {
    get state() {
      return { trust }
    },
    update(change) {
      trust = change<{ readonly trust?: RememberedTrust }>({ trust }).trust ?? trust
      return Promise.resolve()
    },
  }
}

function refused(base: URL, found: string): HotloadError {
  return new HotloadError('HOTLOAD_SIGNATURE', `the TUF repository ${base.href} ${found}`)
}
