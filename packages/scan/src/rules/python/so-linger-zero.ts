import { alsoIn } from '../../rule.ts'
import { soLingerZero } from '../java/so-linger-zero.ts'

/** Somewhere in the function around it, or in the file, stands this. */
function isSaid(pattern: string): Readonly<Record<string, unknown>> {
  return {
    inside: {
      any: [{ kind: 'function_definition' }, { kind: 'module' }],
      has: { pattern, stopBy: 'end' },
      stopBy: 'end',
    },
  }
}

export const soLingerZeroPython = alsoIn(soLingerZero, {
  language: 'python',
  words: /\bSO_LINGER\b/,
  find: {
    kind: 'call',
    all: [
      { has: { field: 'function', regex: 'setsockopt$' } },
      { regex: 'SO_LINGER' },
      {
        any: [
          { regex: 'pack\\([^)]*,\\s*1\\s*,\\s*0\\s*\\)' },
          {
            all: [
              { pattern: '$SOCKET.setsockopt($LEVEL, $OPTION, $PACK($FORMAT, $ON, $SECONDS))' },
              isSaid('$ON = 1'),
              isSaid('$SECONDS = 0'),
            ],
          },
          {
            all: [
              { pattern: '$SOCKET.setsockopt($LEVEL, $OPTION, $LINGER)' },
              isSaid('$LINGER = $PACK($FORMAT, 1, 0)'),
            ],
          },
        ],
      },
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
  confidence: { always: 0.95 },
  fix: `sock.shutdown(socket.SHUT_RDWR)
sock.close()   # without SO_LINGER: FIN, and what was sent arrives`,
  samples: {
    faulty: [
      {
        code: `def f(s):\n    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))\n`,
        lines: [2],
      },
      {
        code: `def f(s):\n    onoff = 1\n    linger = 0\n    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", onoff, linger))\n`,
        lines: [4],
      },
      {
        code: `RESET = struct.pack("ii", 1, 0)\n\ndef f(s):\n    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)\n`,
        lines: [4],
      },
    ],
    fine: [
      `def is_free(port):\n    s = socket.socket()\n    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))\n    s.bind(("", port))\n    s.close()\n`,
      `def f(s):\n    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 5))\n`,
      `def f(s):\n    onoff = 1\n    linger = 5\n    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", onoff, linger))\n`,
      `LINGER = struct.pack("ii", 1, 5)\n\ndef f(s):\n    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER)\n`,
    ],
  },
})
