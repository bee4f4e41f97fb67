import { defineRule } from '../../rule.ts'

export const soLingerZero = defineRule({
  id: 'so-linger-zero',
  language: 'java',
  title: 'the socket is told to end by a reset',
  words: /\bsetSoLinger\b/,
  find: { pattern: '$SOCKET.setSoLinger(true, 0)' },
  reports: {
    always: {
      severity: 'warning',
      confidence: 0.95,
      message:
        'SO_LINGER with 0 seconds: close() sends a RST, and what the other side has not read yet is lost',
    },
  },
  causes: ['abortive-close'],
  fix: `// without setSoLinger: FIN, and what was sent arrives
socket.close();`,
  samples: {
    faulty: [
      {
        code: `class A { void f(Socket s) throws Exception {\n    s.setSoLinger(true, 0);\n  } }`,
        lines: [2],
      },
    ],
    fine: [
      `class A { void f(Socket s) throws Exception { s.setSoLinger(true, 5); s.setSoLinger(false, 0); } }`,
    ],
  },
})
