import { build } from 'esbuild'
import { fileURLToPath } from 'node:url'

/** The whole of core as one script that leaves a global `whyreset`: what a page or a sandbox is given. */
export async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../../src/index.ts', import.meta.url))],
    bundle: true,
    format: 'iife',
    globalName: 'whyreset',
    platform: 'neutral',
    write: false,
  })
  const [script] = outputFiles
  if (script === undefined) throw new Error('esbuild wrote nothing')
  return script.text
}
