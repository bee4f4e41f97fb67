import { defineRule } from '../../rule.ts'

export const soLingerZeroGo = defineRule({
  id: 'so-linger-zero-go',
  language: 'go',
  title: 'the connection is told to end by a reset',
  words: /\bSetLinger\(/,
  find: {
    kind: 'call_expression',
    all: [
      { has: { field: 'function', regex: '\\.SetLinger$' } },
      { has: { field: 'arguments', regex: '^\\(\\s*0\\s*\\)$' } },
    ],
  },
  reports: {
    always: {
      severity: 'warning',
      confidence: 0.95,
      message: 'SetLinger(0): Close() sends a RST, and what the other side has not read yet is lost',
    },
  },
  causes: ['abortive-close'],
  fix: `conn.Close()   // without SetLinger: FIN, and what was sent arrives`,
  samples: {
    faulty: [{ code: `package a\nfunc f(c *net.TCPConn) {\n\tc.SetLinger(0)\n}\n`, lines: [3] }],
    fine: [`package a\nfunc f(c *net.TCPConn) {\n\tc.SetLinger(5)\n\tc.SetLinger(-1)\n}\n`],
  },
})
