import { defineRule } from '../../rule.ts'

export const bodyCancelled = defineRule({
  id: 'body-cancelled',
  language: 'javascript',
  title: 'a response body is thrown away by ending its connection',
  words: /\bbody\s*[?!]?\.\s*(?:cancel|destroy)\b/,
  requires: /\bfetch\b|\bundici\b/,
  find: {
    all: [
      {
        any: [
          { pattern: '$R.body.cancel($$$)' },
          { pattern: '$R.body?.cancel($$$)' },
          { pattern: '$R.body.destroy($$$)' },
          { pattern: '$R.body?.destroy($$$)' },
        ],
      },
      { regex: '^(?:r|res|resp|response|\\w*(?:Response|Res))\\b' },
    ],
  },
  reports: {
    always: {
      severity: 'info',
      confidence: 0.9,
      message:
        'a body of more than about 64 kB that is still on its way is reset by this; a smaller one is not',
    },
  },
  causes: ['unread-data', 'caller-gave-up'],
  fix: `// do not ask for what is not wanted
const response = await fetch(url, { method: 'HEAD' })
// or read it, when it is small
await response.arrayBuffer()`,
  samples: {
    faulty: [
      { code: `async function f(u) {\n  const r = await fetch(u)\n  await r.body?.cancel()\n}`, lines: [3] },
    ],
    fine: [`function f(job) {\n  job.cancel()\n}`],
  },
})
