import { readFileSync, readdirSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

/** One file of an evidence folder; `name` is its path inside the folder. What ends in `.gz` is unpacked, and loses that. */
export interface EvidenceFile {
  readonly name: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

export interface EvidenceFolder {
  /** Path below the folder that was searched, with `/`. */
  readonly name: string
  /** In the order of their names, without `truth.json`. */
  readonly files: readonly EvidenceFile[]
  readonly truth: Truth
}

/** What was made to happen. An empty list is a healthy run. */
export interface Truth {
  readonly case: string
  readonly explain: string
  readonly findings: readonly {
    readonly cause: string
    readonly resetBy: string
    readonly connections: number
  }[]
  /** Kinds of warnings of a healthy run; none where it is absent. */
  readonly warnings?: readonly string[]
}

const TRUTH = 'truth.json'
const GZIPPED = /\.gz$/

/** Every folder below this one, relative to this directory's parent, that has a truth. */
export function evidenceFolders(below: 'recorded' | 'fixtures' | 'lab'): EvidenceFolder[] {
  const root = fileURLToPath(new URL(`../${below}`, import.meta.url))
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' })
  return paths
    .filter((path) => path.endsWith(`${sep}${TRUTH}`))
    .map((path) => path.slice(0, -TRUTH.length - 1))
    .toSorted()
    .map((path) => readFolder(join(root, path), path.replaceAll(sep, '/')))
}

function readFolder(root: string, name: string): EvidenceFolder {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
    .map((path) => ({
      name: relative(root, path).replaceAll(sep, '/').replace(GZIPPED, ''),
      // A copy of its own: small files share a pooled buffer otherwise.
      bytes: new Uint8Array(GZIPPED.test(path) ? gunzipSync(readFileSync(path)) : readFileSync(path)),
    }))
  const truth = files.find((file) => file.name === TRUTH)
  if (truth === undefined) throw new Error(`${name} has no ${TRUTH}`)
  return {
    name,
    files: files.filter((file) => file !== truth),
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own file; a wrong one fails its test
    truth: JSON.parse(new TextDecoder().decode(truth.bytes)) as Truth,
  }
}
