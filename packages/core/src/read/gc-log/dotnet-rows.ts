/** Cells by name, as `normalise` writes it. */
export type Row = ReadonlyMap<string, string>

/** Longer lines are no rows of such a list. */
const MAX_JSON = 4_000_000
const MAX_COLUMNS = 64

/** Whether a line may be JSON with a generation in it. */
export function isJsonCandidate(text: string): boolean {
  const first = text.trimStart().charCodeAt(0)
  return (
    (first === 0x7b || first === 0x5b) && text.length < MAX_JSON && /"(?:gen|generation|depth)"/i.test(text)
  )
}

/** The rows of a line of JSON: of an object, or of an array of them. */
export function readJsonRows(text: string): readonly Row[] {
  let value: unknown
  try {
    value = JSON.parse(text.trim().replace(/,$/, ''))
  } catch {
    return []
  }
  const objects: readonly unknown[] = Array.isArray(value) ? value : [value]
  return objects.map((object) => readObject(object))
}

/** The fields of an object, and of the payload inside it. */
function readObject(value: unknown, isPayload = false): Row {
  const row = new Map<string, string>()
  if (typeof value !== 'object' || value === null) return row
  for (const [name, field] of Object.entries(value)) {
    if (typeof field === 'string' || typeof field === 'number') row.set(normalise(name), String(field))
    else if (!isPayload && /^payload$/i.test(name)) {
      for (const [key, inner] of readObject(field, true)) row.set(key, inner)
    }
  }
  return row
}

export function splitCsv(text: string): string[] {
  const separator = text.includes('\t') ? '\t' : text.includes(';') ? ';' : ','
  const cells: string[] = []
  let at = 0
  while (at <= text.length && cells.length < MAX_COLUMNS) {
    const isQuoted = text.charCodeAt(at) === 0x22
    const close = isQuoted ? text.indexOf('"', at + 1) : -1
    const next = text.indexOf(separator, Math.max(at, close))
    const end = next < 0 ? text.length : next
    cells.push(text.slice(at, end).replaceAll('"', '').trim())
    at = end + 1
  }
  return cells
}

/** Names are compared without case, spaces, `_`, `-`, `.`. */
export function normalise(name: string): string {
  return name.toLowerCase().replace(/[\s_.-]/g, '')
}

/** The first of the named fields that has a value. */
export function pick(row: Row, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = row.get(name)
    if (value !== undefined && value !== '') return value
  }
  return undefined
}
