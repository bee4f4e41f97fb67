import { readFile, writeFile } from 'node:fs/promises'
import { HotloadError } from '../errors.ts'
import { generateKeys, readPublicKey } from '../manifest/keys.ts'
import { ed25519Signer, type Signer } from '../manifest/signer.ts'
import { say, sayJson } from './terminal.ts'
import { UsageError } from './usage-error.ts'

/** Writes NAME.key and NAME.pub; never over one that is there. */
export async function runKeygen(
  name: string,
  { json = false }: { readonly json?: boolean },
): Promise<number> {
  const keys = generateKeys()
  const privatePath = `${name}.key`
  const publicPath = `${name}.pub`
  await writeNew(privatePath, keys.privateKey, 0o600)
  await writeNew(publicPath, keys.publicKey, 0o644)
  if (json) sayJson({ keyId: keys.keyId, publicKey: keys.publicKey, files: [privatePath, publicPath] })
  else {
    say(keys.publicKey)
    say(
      `${privatePath} signs and stays with the publisher; ${publicPath} goes to the clients: --trust ${publicPath}`,
    )
  }
  return 0
}

async function writeNew(path: string, text: string, mode: number): Promise<void> {
  try {
    await writeFile(path, `${text}\n`, { mode, flag: 'wx' })
  } catch (error) {
    if (isMissing(error, 'EEXIST'))
      throw new UsageError(`${path} is there already: choose another name, it is not overwritten`)
    throw error
  }
}

export async function signerFrom(path: string): Promise<Signer> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (!isMissing(error, 'ENOENT')) throw error
    const name = path.replace(/\.key$/, '')
    throw new UsageError(`${path} is not there: type hotload keygen ${name}, or name the key with --key FILE`)
  })
  return named(`--key ${path}`, () => ed25519Signer(text))
}

/** Keys themselves, or files that hold one. */
export async function publicKeysFrom(typed: readonly string[]): Promise<readonly string[]> {
  return Promise.all(
    typed.map(async (each) => {
      const text = each.startsWith('ed25519:') ? each : await publicKeyFile(each)
      return named(`--trust ${each}`, () => readPublicKey(text).text)
    }),
  )
}

function publicKeyFile(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    if (!isMissing(error, 'ENOENT')) throw error
    throw new UsageError(`--trust ${path}: no such file; a file of hotload keygen or ed25519:… was wanted`)
  })
}

/** Of several keys, which one is none. */
function named<T>(option: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw error instanceof HotloadError ? new UsageError(`${option}: ${error.message}`) : error
  }
}

export function isMissing(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
