import { defineRule } from '../../rule.ts'
import { importing } from './importing.ts'

export const requestsWithoutTimeout = defineRule({
  id: 'requests-without-timeout',
  language: 'python',
  title: 'requests waits for ever',
  words: /\brequests\.(?:get|post|put|patch|delete|head|request)\s*\(/,
  requires: importing('requests'),
  find: {
    kind: 'call',
    all: [
      { has: { field: 'function', regex: '^requests\\.(?:get|post|put|patch|delete|head|request)$' } },
      {
        not: {
          has: {
            field: 'arguments',
            has: { any: [{ kind: 'keyword_argument', regex: '^timeout\\b' }, { kind: 'dictionary_splat' }] },
          },
        },
      },
    ],
  },
  reports: {
    always: {
      severity: 'info',
      confidence: 0.9,
      message:
        'without a timeout this waits for ever when the other side restarts or a middlebox forgets the connection',
    },
  },
  causes: ['half-open', 'middlebox-idle-timeout', 'retransmission-timeout'],
  fix: `# seconds to connect, and between two pieces of the answer
requests.get(url, timeout=(3, 30))`,
  samples: {
    faulty: [{ code: `def f(u):\n    return requests.get(u).text\n`, lines: [2] }],
    fine: [
      `def f(u):\n    return requests.get(u, timeout=3).text\n`,
      `def f(u, **k):\n    return requests.get(u, **k).text\n`,
    ],
  },
})
