/** The text of a source file: UTF-8, or UTF-16 where a byte order mark announces it. The mark is no part of the text. */
export function sourceText(bytes: Buffer): string {
  const [a, b, c] = bytes
  if (a === 0xef && b === 0xbb && c === 0xbf) return bytes.toString('utf8', 3)
  if (a === 0xff && b === 0xfe) return bytes.toString('utf16le', 2)
  // Node swaps whole units only.
  if (a === 0xfe && b === 0xff)
    return Buffer.from(bytes.subarray(2, 2 + ((bytes.length - 2) & ~1)))
      .swap16()
      .toString('utf16le')
  return bytes.toString('utf8')
}
