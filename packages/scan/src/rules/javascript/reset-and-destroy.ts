import { defineRule } from '../../rule.ts'

export const resetAndDestroy = defineRule({
  id: 'reset-and-destroy',
  language: 'javascript',
  title: 'the connection is reset on purpose',
  words: /\bresetAndDestroy\b/,
  find: {
    any: [
      { pattern: '$SOCKET.resetAndDestroy()' },
      { pattern: '$SOCKET.resetAndDestroy!()' },
      { pattern: '$SOCKET?.resetAndDestroy()' },
      { pattern: '$SOCKET.resetAndDestroy?.()' },
    ],
  },
  reports: {
    always: {
      severity: 'warning',
      confidence: 0.95,
      message: 'resetAndDestroy() sends a RST: the other side loses what it has not read yet',
    },
  },
  causes: ['abortive-close', 'unread-data'],
  fix: `socket.end()       // or socket.destroy(): FIN, unless data is unread`,
  samples: {
    faulty: [
      { code: `function f(socket) {\n  socket.resetAndDestroy()\n}`, lines: [2] },
      { code: `function f(socket: Socket) {\n  socket.resetAndDestroy!()\n}`, lines: [2] },
      { code: `function f(socket?: Socket) {\n  socket?.resetAndDestroy()\n}`, lines: [2] },
      { code: `function f(socket: Socket) {\n  socket.resetAndDestroy?.()\n}`, lines: [2] },
    ],
    fine: [
      `function f(socket) {\n  socket.destroy()\n}`,
      `class A { resetAndDestroy() { this.x() } }`,
      `function f(socket) {\n  if (socket.resetAndDestroy) log()\n}`,
    ],
  },
})
