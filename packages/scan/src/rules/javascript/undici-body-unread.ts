import { defineRule } from '../../rule.ts'

export const undiciBodyUnread = defineRule({
  id: 'undici-body-unread',
  language: 'javascript',
  title: "the body of an answer to a request of undici's clients is never read",
  words: /\.request\s*\(/,
  requires: /['"]undici['"]/,
  find: { kind: 'call_expression', has: { field: 'function', regex: '\\.request$' } },
  means: { is: /^undici\.(?:Agent|Client|Pool|BalancedPool|ProxyAgent|RetryAgent|Dispatcher)\.request$/ },
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
        code: `import { Client } from 'undici'\nconst api = new Client('http://a')\nasync function isUp(path) {\n  const { statusCode } = await api.request({ path, method: 'GET' })\n  return statusCode === 200\n}`,
        lines: [4],
        outcome: 'never',
      },
      {
        code: `import type { Dispatcher } from 'undici'\nasync function read(d: Dispatcher) {\n  const { statusCode, body } = await d.request({ path: '/', method: 'GET' })\n  if (statusCode !== 200) throw new Error(String(statusCode))\n  return body.json()\n}`,
        lines: [3],
        outcome: 'some-path',
      },
      {
        code: `const { Pool } = require('undici')\nclass Api {\n  constructor(origin) {\n    this.own = new Pool(origin)\n  }\n  async send(body) {\n    await this.own.request({ path: '/', method: 'POST', body })\n  }\n}`,
        lines: [7],
        outcome: 'never',
      },
    ],
    fine: [
      `import { Client } from 'undici'\nasync function read(api: Client) {\n  const { body } = await api.request({ path: '/', method: 'GET' })\n  return body.json()\n}`,
      `import { Pool } from 'undici'\nasync function read(api: Pool) {\n  const { statusCode, body } = await api.request({ path: '/', method: 'GET' })\n  if (statusCode !== 200) {\n    await body.dump()\n    throw new Error(String(statusCode))\n  }\n  return body.text()\n}`,
      `import { Client } from 'undici'\nasync function isUp(api: Client) {\n  const { statusCode } = await api.request({ path: '/', method: 'HEAD' })\n  return statusCode === 200\n}`,
      `import { Client } from './client'\nasync function isUp(api: Client) {\n  const { statusCode } = await api.request({ path: '/' })\n  return statusCode === 200\n}`,
      `import { Client } from 'undici'\nexport const open = (api: Client) => api.request({ path: '/', method: 'GET' })`,
    ],
  },
})
