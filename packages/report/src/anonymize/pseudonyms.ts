/** `host-1`, `host-2`, …: the same text gets the same name, in the order in which texts are met. */
export function pseudonyms(prefix: string): (text: string) => string {
  const known = new Map<string, string>()
  return (text) => {
    const name = known.get(text) ?? `${prefix}-${known.size + 1}`
    known.set(text, name)
    return name
  }
}
