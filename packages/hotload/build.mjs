/** Bundles the command `hotload` into dist/main.js. The library beside it is what tsc wrote: it is imported, not copied. */
import { chmodSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('.', import.meta.url))
const SOURCES = join(ROOT, 'src')
const COMMAND = join(SOURCES, 'command')
const MAIN = join(ROOT, 'dist', 'main.js')

/** commander is CommonJS and asks for node:* by `require`, which a bundled ES module does not have. */
const REQUIRE_BANNER =
  "import { createRequire as hotloadCreateRequire } from 'node:module'\n" +
  'const require = hotloadCreateRequire(import.meta.url)'

/** After tsc. Returns the paths of what went into the bundle, for its licences. */
export async function buildHotload() {
  const { build } = await import('esbuild')
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [join(COMMAND, 'main.ts')],
    outfile: MAIN,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    metafile: true,
    logLevel: 'warning',
    banner: { js: REQUIRE_BANNER },
    plugins: [{ name: 'library-stays', setup: keepLibrary }],
  })
  chmodSync(MAIN, 0o755)
  return Object.keys(metafile.inputs)
}

/** What lies outside src/command is in dist already. */
function keepLibrary(build) {
  build.onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir }) => {
    const target = resolve(resolveDir, path)
    if (!target.startsWith(SOURCES + sep) || target.startsWith(COMMAND + sep)) return undefined
    const inDist = relative(SOURCES, target).split(sep).join('/').replace(/\.ts$/, '.js')
    return { path: `./${inDist}`, external: true }
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildHotload()
