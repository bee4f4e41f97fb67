import { defineRule } from '../../rule.ts'

export const undiciBodyUnread = defineRule({
  id: 'undici-body-unread',
  language: 'javascript',
  title: "the body of an answer to undici's request is never read",
  words: /\brequest\s*\(/,
  // The import is what makes `request` undici's.
  requires:
    /import\s*\{[^}]*\brequest\b(?!\s+as\b)[^}]*\}\s*from\s*['"]undici['"]|\{[^}]*\brequest\b(?!\s*:)[^}]*\}\s*=\s*require\(\s*['"]undici['"]/,
  find: { pattern: 'request($$$ARGS)' },
  unless: {
    has: { kind: 'pair', regex: '^[\'"]?method[\'"]?\\s*:\\s*[\'"`](?:HEAD|head)', stopBy: 'end' },
  },
  flow: {
    opens: 'value',
    ends: [
      'text',
      'json',
      'arrayBuffer',
      'blob',
      'bytes',
      'formData',
      'dump',
      'pipe',
      'resume',
      'destroy',
      'read',
      "on('data')",
      "on('readable')",
    ],
    looks: ['headers', 'statusCode', 'statusText', 'trailers', 'opaque', 'context', 'bodyUsed', 'catch'],
    derives: ['body', 'finally'],
    hands: ['then'],
    looksIn: ['console.*', 'String', 'Boolean', 'log', 'debug', 'assert', 'assert.*', 'expect'],
  },
  reports: {
    never: {
      severity: 'error',
      confidence: 0.85,
      message:
        'only the head of the answer is used: nobody reads or dumps the body, so its connection does not return to the pool and a garbage collection may reset it',
    },
    'some-path': {
      severity: 'warning',
      confidence: 0.8,
      message:
        'a path (to {line}) leaves the answer without reading or dumping its body; the connection does not return to the pool',
    },
  },
  causes: ['garbage-collected', 'unread-data'],
  fix: `const { statusCode, body } = await request(url)
if (statusCode !== 200) {
  await body.dump() // reads what is left, so that the connection can be used again
  throw new Error(String(statusCode))
}
return body.json()`,
  isOffByDefault: true,
  samples: {
    faulty: [
      {
        code: `import { request } from 'undici'\nasync function isUp(url) {\n  const { statusCode } = await request(url)\n  return statusCode === 200\n}`,
        lines: [3],
        outcome: 'never',
      },
      {
        code: `const { request } = require('undici')\nasync function read(url) {\n  const { statusCode, body } = await request(url)\n  if (statusCode !== 200) throw new Error(String(statusCode))\n  return body.json()\n}`,
        lines: [3],
        outcome: 'some-path',
      },
      {
        code: `import { request } from 'undici'\nasync function send(url) {\n  await request(url, { method: 'POST', body: 'x' })\n}`,
        lines: [3],
        outcome: 'never',
      },
    ],
    fine: [
      `import { request } from 'undici'\nasync function read(url) {\n  const { body } = await request(url)\n  return body.json()\n}`,
      `import { request } from 'undici'\nasync function read(url) {\n  const { statusCode, body } = await request(url)\n  if (statusCode !== 200) {\n    await body.dump()\n    throw new Error(String(statusCode))\n  }\n  return body.text()\n}`,
      `import { request } from 'undici'\nasync function isUp(url) {\n  const { statusCode } = await request(url, { method: 'HEAD' })\n  return statusCode === 200\n}`,
      `import { request } from 'undici'\nasync function save(url, out) {\n  const { body } = await request(url)\n  await pipeline(body, out)\n}`,
      `import { request } from 'undici'\nexport const open = (url) => request(url)`,
    ],
  },
})
