/** Bundles the command `hotload` into dist/main.js. The library beside it is what tsc wrote: it is imported, not copied. */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('.', import.meta.url))
const SOURCES = join(ROOT, 'src')
const MAIN = join(ROOT, 'dist', 'main.js')

/** commander is CommonJS and asks for node:* by `require`, which a bundled ES module does not have. */
const REQUIRE_BANNER =
  "import { createRequire as hotloadCreateRequire } from 'node:module'\n" +
  'const require = hotloadCreateRequire(import.meta.url)'

/** After tsc. */
export async function buildHotload() {
  const { build } = await import('esbuild')
  await build({
    absWorkingDir: ROOT,
    entryPoints: [join(SOURCES, 'command', 'main.ts')],
    outfile: MAIN,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    logLevel: 'warning',
    banner: { js: REQUIRE_BANNER },
    plugins: [{ name: 'library-stays', setup: importLibrary }],
  })
  chmodSync(MAIN, 0o755)
  // What its licence asks for: commander alone is inside.
  const licence = readFileSync(new URL('LICENSE', import.meta.resolve('commander')), 'utf8')
  writeFileSync(join(ROOT, 'dist', 'THIRD-PARTY-LICENSES.txt'), `# commander\n\n${licence.trim()}\n`)
}

/** What tsc wrote is imported from where it is, each command when it is asked for; commander alone goes inside. */
function importLibrary(build) {
  build.onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir }) => {
    const target = resolve(resolveDir, path)
    if (!target.startsWith(SOURCES + sep)) return undefined
    const inDist = relative(SOURCES, target).split(sep).join('/').replace(/\.ts$/, '.js')
    return { path: `./${inDist}`, external: true }
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildHotload()
