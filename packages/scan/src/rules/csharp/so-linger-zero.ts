import { alsoIn } from '../../rule.ts'
import { soLingerZero } from '../java/so-linger-zero.ts'

const ON_AND_ZERO = '\\(\\s*(?:enable\\s*:\\s*)?true\\s*,\\s*(?:seconds\\s*:\\s*)?0\\s*\\)$'

export const soLingerZeroCsharp = alsoIn(soLingerZero, {
  language: 'csharp',
  words: /\bLinger(?:Option|State)\b|\bClose\s*\(\s*0\s*\)/,
  find: {
    any: [
      // `Socket.Close(0)` discards what is not sent yet and resets (learn.microsoft.com: Socket.Close(Int32)).
      {
        kind: 'invocation_expression',
        regex: '(?:[sS]ocket\\w*|\\.Client)\\s*[?!]?\\.\\s*Close\\s*\\(\\s*(?:timeout\\s*:\\s*)?0\\s*\\)$',
      },
      {
        kind: 'object_creation_expression',
        regex: `^new\\s+(?:[\\w.]+\\.)?LingerOption\\s*${ON_AND_ZERO}`,
      },
      {
        kind: 'implicit_object_creation_expression',
        regex: `^new\\s*${ON_AND_ZERO}`,
        inside: { kind: 'assignment_expression', has: { field: 'left', regex: '\\bLingerState$' } },
      },
    ],
  },
  confidence: { always: 0.9 },
  fix: `// without LingerOption(true, 0): FIN, and what was sent arrives
socket.Shutdown(SocketShutdown.Both);
socket.Close();`,
  isOffByDefault: true,
  samples: {
    faulty: [
      { code: `class A { void F(Socket socket) {\n    socket.Close(0);\n  } }`, lines: [2] },
      { code: `class A { void F(TcpClient c) {\n    c.Client.Close(0);\n  } }`, lines: [2] },
      {
        code: `class A { void F(Socket s) {\n    s.LingerState = new LingerOption(true, 0);\n  } }`,
        lines: [2],
      },
      {
        code: `class A { void F(Socket s) {\n    s.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Linger,\n      new LingerOption(enable: true, seconds: 0));\n  } }`,
        lines: [3],
      },
      {
        code: `class A { void F(Socket s) {\n    s.LingerState = new(true, 0);\n  } }`,
        lines: [2],
      },
    ],
    fine: [
      `class A { void F(Socket socket) { socket.Close(5); socket.Close(); file.Close(0); } }`,
      `class A { void F(Socket s) { s.LingerState = new LingerOption(true, 5); s.LingerState = new LingerOption(false, 0); } }`,
      `class A { void F(Socket s) { s.LingerState = new(false, 0); s.Range = new(true, 0); } }`,
    ],
  },
})
