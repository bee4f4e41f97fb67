import { alsoIn } from '../../rule.ts'
import { soLingerZero } from '../java/so-linger-zero.ts'

export const soLingerZeroKotlin = alsoIn(soLingerZero, {
  language: 'kotlin',
  words: /\bsetSoLinger\b/,
  find: { pattern: '$SOCKET.setSoLinger(true, 0)' },
  confidence: { always: 0.9 },
  fix: `// without setSoLinger: FIN, and what was sent arrives
socket.close()`,
  isOffByDefault: true,
  samples: {
    faulty: [{ code: `fun f(s: Socket) {\n  s.setSoLinger(true, 0)\n}`, lines: [2] }],
    fine: [`fun f(s: Socket) {\n  s.setSoLinger(true, 5)\n  s.setSoLinger(false, 0)\n}`],
  },
})
