import { describe, expect, it } from 'vitest'
import { styleMarkdown } from './style-markdown.ts'

const PAGE = '# half-open\n\nThe peer `restarted`.\n\n```\n# ss -tan\n```\n'

describe('styleMarkdown', () => {
  it('is the page itself without style', () => {
    expect(styleMarkdown(PAGE, (_style, text) => text)).toBe(PAGE)
  })

  it('makes headings bold, and takes no comment in code for one', () => {
    const styled = styleMarkdown(PAGE, (style, text) => `<${style}>${text}</>`)
    expect(styled).toContain('<bold># half-open</>')
    expect(styled).toContain('The peer <cyan>`restarted`</>.')
    expect(styled).toContain('<cyan># ss -tan</>')
  })
})
