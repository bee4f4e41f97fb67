import { expect, test } from 'vitest'
import { recognisePacked } from './archives.ts'
import { TextReader } from './text-input.ts'

/** First bytes as the programs write them. */
const HEADS: Readonly<Record<string, string>> = {
  xz: 'fd377a585a000004e6d6b4460200210116000000742fe5a3',
  bzip2: '425a68393141592653594eece83600000251800010400006',
  zip: '504b03040a00000000000b76765d20303a36060000000600',
  '7z': '377abcaf271c000492e6a38b0a000000000000005a000000',
  lz4: '04224d186440a7060000806869206d6f6d0a000000006e',
  lzip: '4c5a4950010c003419494a0e',
  rar: '526172211a0701003392b5e5',
  compress: '1f9d90686930',
  'journal-file': '4c504b534848524800000000',
}
const bytesOf = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/../g) ?? [], (two) => parseInt(two, 16))

function problemsOf(...chunks: readonly Uint8Array[]): readonly string[] {
  const reader = new TextReader('evidence')
  for (const chunk of chunks) reader.push(chunk)
  const { records, problems } = reader.end()
  expect(records.kind).toBe('unknown')
  return problems.map(({ text }) => text)
}

test.each(Object.entries(HEADS))('%s is named, with the command that unpacks it', (kind, hex) => {
  const bytes = bytesOf(hex)
  expect(recognisePacked(bytes)).toBe(kind)
  // However it arrives.
  const bytewise = Array.from(bytes, (byte) => Uint8Array.of(byte))
  for (const chunks of [[bytes], bytewise]) {
    const [text] = problemsOf(...chunks)
    expect(text).toContain(`is packed (${kind})`)
    expect(text).toMatch(/: [a-z0-9]+ .*FILE.* whyreset (?:-|evidence\/)$/)
  }
})

test('a tar of logs is not read as if it were a log', () => {
  const header = new Uint8Array(512)
  header.set(new TextEncoder().encode('app.log'))
  header.set(new TextEncoder().encode('ustar'), 257)
  const log = '2026-11-22T14:55:15Z ERROR read ECONNRESET\nESTAB 0 0 10.0.0.1:80 10.0.0.2:42\n'
  const body = new TextEncoder().encode(log.repeat(500))
  expect(problemsOf(header, body)).toEqual([
    'is packed (tar), which is not undone here: mkdir evidence && tar -xf FILE -C evidence && whyreset evidence/',
  ])
})

test('a log that begins with the letters of a magic number is a log', () => {
  const reader = new TextReader('app.log')
  reader.push(new TextEncoder().encode('BZh is here\n2026-11-22T14:55:15Z ERROR read ECONNRESET\n'))
  expect(reader.end().records).toMatchObject({ kind: 'log', appLog: { events: [{ line: 2 }] } })
})
