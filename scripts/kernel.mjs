/**
 * Compiles packages/core/kernel to WebAssembly and writes it, as text, where core imports it. Run after a change there
 * or in the layouts it imports; a test tells when it was forgotten.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureInstalled, ROOT } from './setup.mjs'

const SOURCE = 'packages/core/kernel/plain-records.ts'
const TARGET = join(ROOT, 'packages', 'core', 'src', 'tcp', 'kernel-code.ts')
const HEX_PER_LINE = 100
/** As in kernel-layout.ts. */
const MAX_PAGES = 16_384

/** The kernel as WebAssembly. */
export async function compileKernel() {
  const { main } = await import('assemblyscript/asc')
  let binary
  const { error } = await main(
    [
      SOURCE,
      '--outFile',
      'kernel.wasm',
      '--runtime',
      'stub',
      '--noAssert',
      '--importMemory',
      // Shared, for a thread that prepares what this one takes: kernel.ts undoes it where there is one thread.
      '--initialMemory',
      '1',
      '--maximumMemory',
      String(MAX_PAGES),
      '--sharedMemory',
      '--enable',
      'simd',
      '--enable',
      'threads',
      '-O3',
    ],
    {
      baseDir: ROOT,
      stderr: process.stderr,
      writeFile(_, contents) {
        binary = contents
      },
    },
  )
  if (error) throw new Error('the kernel does not compile: see above', { cause: error })
  return binary
}

/** What `kernel-code.ts` holds for these bytes. */
export function kernelCode(binary) {
  const hex = Buffer.from(binary).toString('hex')
  const lines = hex.match(new RegExp(`.{1,${HEX_PER_LINE}}`, 'g')) ?? []
  return [
    '/** Written by `npm run kernel`: packages/core/kernel as WebAssembly, in hexadecimal digits. */',
    'export const KERNEL_CODE =',
    lines.map((line) => `  '${line}'`).join(' +\n'),
    '',
  ].join('\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  ensureInstalled()
  const binary = await compileKernel()
  writeFileSync(TARGET, kernelCode(binary))
  process.stderr.write(`the kernel: ${binary.length} bytes\n`)
}
