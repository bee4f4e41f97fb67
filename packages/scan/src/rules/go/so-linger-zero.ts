import { alsoIn } from '../../rule.ts'
import { soLingerZero } from '../java/so-linger-zero.ts'

export const soLingerZeroGo = alsoIn(soLingerZero, {
  language: 'go',
  words: /\bSetLinger\(/,
  find: {
    kind: 'call_expression',
    all: [
      { has: { field: 'function', regex: '\\.SetLinger$' } },
      { has: { field: 'arguments', regex: '^\\(\\s*0\\s*\\)$' } },
    ],
  },
  confidence: { always: 0.95 },
  fix: `conn.Close()   // without SetLinger: FIN, and what was sent arrives`,
  samples: {
    faulty: [{ code: `package a\nfunc f(c *net.TCPConn) {\n\tc.SetLinger(0)\n}\n`, lines: [3] }],
    fine: [`package a\nfunc f(c *net.TCPConn) {\n\tc.SetLinger(5)\n\tc.SetLinger(-1)\n}\n`],
  },
})
