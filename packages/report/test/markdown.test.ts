import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { renderMarkdown } from '../src/markdown.ts'
import { arbitraryDiagnosis, hostileText } from './arbitrary-diagnosis.ts'
import { HEALTHY, MIXED, REFERENCE, UNDECIDED } from './samples.ts'

describe('renderMarkdown', () => {
  it('begins with the verdict', () => {
    expect(renderMarkdown(REFERENCE)).toMatch(
      /^\*\*10\.91\.1\.1 reset 126 connections .* unread\.\*\* \(confidence 97 %\)\n/,
    )
  })

  it('keeps the order of the terminal', () => {
    const text = renderMarkdown(REFERENCE)
    const places = [
      '| who |',
      '**when**',
      '**what**',
      '| proof |',
      '**not**',
      '**fix**',
      '**next**',
      '**also**',
    ].map((name) => text.indexOf(name))
    expect(places).toEqual(places.toSorted((a, b) => a - b))
    expect(places[0]).toBeGreaterThan(0)
  })

  it('cites proof in a table and gives commands in fences', () => {
    const text = renderMarkdown(REFERENCE)
    expect(text).toContain('| `capture.pcap` frame 1204 | RST,ACK in sequence, window 93 |')
    expect(text).toContain('```sh\nwhyreset scan src/ --diagnosis incident.json\n```')
  })

  it('lists further findings, candidates and what was looked at', () => {
    expect(renderMarkdown(MIXED)).toContain(
      '| **connection refused** | 11 connections, reset by the server |',
    )
    expect(renderMarkdown(UNDECIDED)).toContain(
      '- idle timeout of a device on the path (50 %): a capture at the server',
    )
    expect(renderMarkdown(HEALTHY)).toContain('| `gc.log` | jvm G1, 14 collections |')
  })

  it('speaks Chinese in its own words', () => {
    expect(renderMarkdown(REFERENCE, { lang: 'zh' })).toContain('| 证据 |')
  })

  it('shows hostile text instead of obeying it', () => {
    const text = renderMarkdown({
      ...REFERENCE,
      verdict: { id: 'x', values: {}, text: '<img src=x> [a](b) | c\n# d' },
    })
    expect(text).toMatch(/^\*\*&lt;img src=x&gt; \\\[a\\\]\(b\) \\\| c # d\*\*/)
  })

  it('leaves no markup of an input outside code, and no table another shape, whatever stands in the diagnosis', () => {
    fc.assert(
      fc.property(
        arbitraryDiagnosis(() => hostileText),
        fc.constantFrom('en', 'zh'),
        (diagnosis, lang) => {
          const text = renderMarkdown(diagnosis, { lang })
          // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
          expect(text).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E]/)
          const bare = withoutCode(text)
          expect(bare).not.toMatch(/[<>`]|https?:|@/)
          expect(bare.replace(/\\[\s\S]/g, '')).not.toMatch(/[[\]]/)
          for (const table of bare.split('\n\n').filter((part) => part.startsWith('| ')))
            expect(new Set(table.trimEnd().split('\n').map(cellsOf)).size).toBe(1)
        },
      ),
      { numRuns: 150 },
    )
  })
})

/** Takes fences and code spans away as CommonMark §4.5 and §6.1 find them. */
function withoutCode(markdown: string): string {
  const outside: string[] = []
  let fence: string | undefined
  for (const line of markdown.split('\n')) {
    if (fence !== undefined) {
      if (line === fence) fence = undefined
    } else if (/^`{3,}\w*$/.test(line)) fence = /^`+/.exec(line)?.[0]
    else outside.push(withoutSpans(line))
  }
  expect(fence).toBeUndefined()
  return outside.join('\n')
}

function withoutSpans(line: string): string {
  let bare = ''
  for (let at = 0; at < line.length;) {
    const run = /^`+/.exec(line.slice(at))?.[0] ?? ''
    const rest = line.slice(at + run.length)
    const close = run === '' ? undefined : new RegExp(`(?<!\`)${run}(?!\`)`).exec(rest)
    if (close != null) at += run.length + close.index + run.length
    else if (line[at] === '\\') {
      bare += line.slice(at, at + 2)
      at += 2
    } else {
      bare += line[at] ?? ''
      at += 1
    }
  }
  return bare
}

function cellsOf(row: string): number {
  return row.replace(/\\[\s\S]/g, '').split('|').length
}
