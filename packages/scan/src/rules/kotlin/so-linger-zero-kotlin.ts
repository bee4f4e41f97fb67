import { defineRule } from '../../rule.ts'

export const soLingerZeroKotlin = defineRule({
  id: 'so-linger-zero-kotlin',
  language: 'kotlin',
  title: 'the socket is told to end by a reset',
  words: /\bsetSoLinger\b/,
  find: { pattern: '$SOCKET.setSoLinger(true, 0)' },
  reports: {
    always: {
      severity: 'warning',
      confidence: 0.9,
      message:
        'SO_LINGER with 0 seconds: close() sends a RST, and what the other side has not read yet is lost',
    },
  },
  causes: ['abortive-close'],
  fix: `// without setSoLinger: FIN, and what was sent arrives
socket.close()`,
  isOffByDefault: true,
  samples: {
    faulty: [{ code: `fun f(s: Socket) {\n  s.setSoLinger(true, 0)\n}`, lines: [2] }],
    fine: [`fun f(s: Socket) {\n  s.setSoLinger(true, 5)\n  s.setSoLinger(false, 0)\n}`],
  },
})
