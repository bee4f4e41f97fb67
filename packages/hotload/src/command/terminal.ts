/** Of one line. */
const MAX_LENGTH = 500

/** One line for a terminal: what providers, packages and programs say may hold control characters. */
export function oneLine(text: string): string {
  const clean = text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trimEnd()
  return clean.length > MAX_LENGTH ? `${clean.slice(0, MAX_LENGTH - 1)}…` : clean
}

export function say(text: string): void {
  process.stdout.write(`${oneLine(text)}\n`)
}

/** One object a line. */
export function sayJson(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}

export function complain(text: string): void {
  process.stderr.write(`hotload: ${oneLine(text)}\n`)
}

export function sizeOf(bytes: number): string {
  if (bytes < 1e3) return `${bytes} bytes`
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`
}
