import { isObject, parseJson } from '../manifest/json-value.ts'
import { isInnerPath } from '../manifest/read-manifest.ts'

/** Where Node would look for the module, best first: what package.json names, or index. npm packs all into a folder `package`. */
export function usualEntries(read: (path: string) => string | undefined): readonly string[] {
  const entries: string[] = []
  for (const root of ['', 'package/']) {
    const text = read(`${root}package.json`)
    if (root !== '' && text === undefined) continue
    const description = parseJson(text ?? '')
    if (isObject(description))
      for (const name of [exported(description['exports']), description['main']]) {
        const path = typeof name === 'string' ? name.replace(/^\.\//, '') : ''
        if (isInnerPath(path)) entries.push(root + path)
      }
    for (const name of ['index.js', 'index.mjs', 'index.cjs']) entries.push(root + name)
  }
  return entries
}

/** https://nodejs.org/api/packages.html#conditional-exports, as far as a single module needs it. */
function exported(value: unknown): unknown {
  if (!isObject(value)) return value
  return exported(value['.'] ?? value['node'] ?? value['import'] ?? value['default'] ?? value['require'])
}
