import type { Updater } from 'tuf-js'
import { HotloadError } from '../errors.ts'

export interface TufLibrary {
  readonly Updater: typeof Updater
  /** How a fetcher says that there is no such file. */
  readonly DownloadHTTPError: new (message: string, status: number) => Error
  /** Throws where the text is no root that its own keys signed. */
  readRoot(text: string): void
}

/** Rejects with what to install where it is not: who does not use TUF has none of it. */
export async function loadTuf(): Promise<TufLibrary> {
  try {
    const { Updater } = await import('tuf-js')
    // Neither is exported by its index, and it has no `exports`; the peer range is one major version.
    const { DownloadHTTPError } = await import('tuf-js/dist/error.js')
    const { TrustedMetadataStore } = await import('tuf-js/dist/store.js')
    return {
      Updater,
      DownloadHTTPError,
      readRoot: (text) => void new TrustedMetadataStore(Buffer.from(text)),
    }
  } catch (cause) {
    throw new HotloadError(
      'HOTLOAD_LIBRARY',
      'tufVerifier() needs the library tuf-js, which is not installed, or not as version 5: npm install tuf-js@5',
      { cause },
    )
  }
}
