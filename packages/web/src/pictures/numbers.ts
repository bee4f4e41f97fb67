/** `1,204`: the same in both languages. */
export function group(value: number): string {
  return Math.round(value).toLocaleString('en')
}

/** `119,808`, `1.2 MB`. */
export function size(bytes: number): string {
  if (bytes < 1e6) return `${group(bytes)} B`
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`
}
