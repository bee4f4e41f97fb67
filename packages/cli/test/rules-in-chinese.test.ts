import { fixSays, ruleSays } from '@whyreset/report/page'
import { RULES } from '@whyreset/scan'
import { describe, expect, it } from 'vitest'

const SENTENCES = RULES.flatMap(({ id, language, reports }) =>
  Object.entries(reports).map(([outcome, { message }]) => ({
    rule: id,
    language,
    // Of an object whose keys are outcomes, Object.entries says only that they are strings.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
    outcome: outcome as keyof typeof reports,
    message,
  })),
)

describe('what a rule says, in Chinese', () => {
  it.each(SENTENCES)('$rule ($language), $outcome: with whatever the English names', (sentence) => {
    const says = ruleSays({ ...sentence, leavesAt: 4711, into: 'cachedClients' }, 'zh')
    expect(says).toMatch(/\p{Script=Han}/u)
    expect(says).not.toMatch(/[{}]|\p{Script=Han} \p{Script=Han}/u)
    expect(says.includes('4711')).toBe(sentence.message.includes('{line}'))
    expect(says.includes('cachedClients')).toBe(sentence.message.includes('{into}'))
  })

  it.each(SENTENCES)('$rule ($language), $outcome: where nothing is known but the place', (sentence) => {
    const says = ruleSays(sentence, 'zh')
    expect(says).toMatch(/\p{Script=Han}/u)
    expect(says).not.toMatch(/[{}]|undefined/u)
  })

  it.each(RULES)('$id ($language): the comments of the fix, and its code as it is', ({ fix }) => {
    const says = fixSays(fix, 'zh')
    expect(codeOf(says)).toEqual(codeOf(fix))
    for (const [, comment] of says.matchAll(/(?:^|\s)(?:\/\/|#)\s+(.*)$/gm))
      expect(comment).toMatch(/\p{Script=Han}/u)
  })
})

it('a rule that only a later version has keeps its own sentence', () => {
  const later = { rule: 'constructor', outcome: 'never', message: 'is odd', line: 1, column: 1 } as const
  expect(ruleSays(later, 'zh')).toBe('is odd')
  expect(fixSays('close() // as ever', 'zh')).toBe('close() // as ever')
})

function codeOf(fix: string): string[] {
  return fix.split('\n').map((line) => line.replace(/(?:^|\s+)(?:\/\/|#)\s.*$/, ''))
}
