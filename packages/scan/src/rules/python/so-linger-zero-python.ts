import { defineRule } from '../../rule.ts'

export const soLingerZeroPython = defineRule({
  id: 'so-linger-zero-python',
  language: 'python',
  title: 'the socket is told to end by a reset',
  words: /\bSO_LINGER\b/,
  find: {
    kind: 'call',
    all: [
      { has: { field: 'function', regex: 'setsockopt$' } },
      { regex: 'SO_LINGER' },
      { regex: 'pack\\([^)]*,\\s*1\\s*,\\s*0\\s*\\)' },
    ],
  },
  // A socket that is only bound, to find a free port, has no connection to reset.
  unless: {
    inside: {
      kind: 'function_definition',
      stopBy: 'end',
      all: [{ regex: '\\.bind\\(' }, { not: { regex: '\\.(?:listen|accept|connect\\w*|send\\w*|recv)\\(' } }],
    },
  },
  reports: {
    always: {
      severity: 'warning',
      confidence: 0.95,
      message:
        'SO_LINGER with 0 seconds: close() sends a RST, and what the other side has not read yet is lost',
    },
  },
  causes: ['abortive-close'],
  fix: `sock.shutdown(socket.SHUT_RDWR)
sock.close()   # without SO_LINGER: FIN, and what was sent arrives`,
  samples: {
    faulty: [
      {
        code: `def f(s):\n    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))\n`,
        lines: [2],
      },
    ],
    fine: [
      `def is_free(port):\n    s = socket.socket()\n    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))\n    s.bind(("", port))\n    s.close()\n`,
      `def f(s):\n    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 5))\n`,
    ],
  },
})
