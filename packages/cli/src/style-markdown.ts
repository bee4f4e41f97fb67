import type { Styler } from '@whyreset/report'

/** Markdown as it is, its headings bold and its code set off: nothing is added or taken away but style. */
export function styleMarkdown(markdown: string, style: Styler): string {
  let isCode = false
  return markdown
    .split('\n')
    .map((line) => {
      if (line.startsWith('```')) {
        isCode = !isCode
        return style('dim', line)
      }
      if (line === '') return line
      if (isCode) return style('cyan', line)
      return /^#{1,6} /.test(line) ? style('bold', line) : styleCodeSpans(line, style)
    })
    .join('\n')
}

function styleCodeSpans(line: string, style: Styler): string {
  return line.replace(/`[^`]+`/g, (span) => style('cyan', span))
}
