import { readFile } from 'node:fs/promises'
import { serveProvider } from '../provider/provider-server.ts'
import { createProvider } from '../provider/provider.ts'
import { signerFrom } from './key-files.ts'
import { complain, say, sayJson } from './terminal.ts'
import { untilSignal } from './until-signal.ts'
import { UsageError } from './usage-error.ts'

export interface ServeFlags {
  readonly port: number
  readonly host: string
  readonly key: string
  readonly tlsCert?: string
  readonly tlsKey?: string
  readonly json?: boolean
}

/** Serves a folder of releases until it is interrupted; who is being answered is answered to the end. */
export async function runServe(dir: string, flags: ServeFlags): Promise<number> {
  const { port, host, key, tlsCert, tlsKey, json = false } = flags
  if ((tlsCert === undefined) !== (tlsKey === undefined))
    throw new UsageError('--tls-cert and --tls-key belong together: one of them is missing')
  const sign = await signerFrom(key)
  const tls =
    tlsCert === undefined || tlsKey === undefined
      ? {}
      : { tls: { cert: await readFile(tlsCert), key: await readFile(tlsKey) } }
  const ended = untilSignal()
  const provider = createProvider({ dir, sign })
  const server = await serveProvider(provider, { port, host, ...tls })
  const { packages } = await provider.status()
  if (json) sayJson({ url: server.url, packages })
  else {
    say(`serving ${dir} at ${server.url}`)
    for (const { name, version, seq } of packages) say(`  ${name} ${version ?? ''} (number ${seq})`)
    if (packages.length === 0)
      say(`  nothing is published yet: hotload publish FILE --name NAME --version 1.0.0 --dir ${dir}`)
  }
  const code = await ended
  await server.close()
  const { resets } = await provider.status()
  if (resets > 0) complain(`${resets} connections were reset by clients`)
  return code
}
