import { defineRule } from '../../rule.ts'

export const fetchBodyUnread = defineRule({
  id: 'fetch-body-unread',
  language: 'javascript',
  title: 'the body of a fetch or undici response is never read',
  words: /[fF]etch\s*\(|\brequest\s*\(|['"](?:node-fetch|undici)['"]/,
  // In a browser the browser looks after its connections.
  excludes:
    /\b(?:document|window|localStorage)[.[]|\.(?:dataset|onclick|querySelector|classList|innerHTML)\b|addEventListener\(\s*['"]click|\b[Bb]ehaviou?r(?:Shim)?\.specify\b|<\/[a-z]\w*>|from ['"](?:react|vue|svelte|preact)['"]|['"]use client['"]|@flow\b|\breact-native\b|\bWebSocketPair\b|cloudflare:|\{[^{}()]*\bfetch\b\s*(?:,[^{}()]*)?\}\s*(?::\s*\w+\s*)?\)|\bfunction fetch\b|import\s*\{[^}]*\bfetch\b[^}]*\}\s*from\s*['"]\./,
  find: {
    kind: 'call_expression',
    has: {
      field: 'function',
      // Letters are spelled out: `\w` takes longer to compile than a file to search.
      regex:
        '^(?:fetch|undici\\.fetch|undici\\.request|globalThis\\.fetch|(?:this\\.#?)?[A-Za-z0-9_$]*[fF]etch)$',
    },
  },
  // `Fetch` is what many call its type.
  means: {
    is: /^(?:(?:globalThis\.|undici\.)?fetch|undici\.request|(?:[^]*\.)?Fetch|node-fetch(?:\.default)?)$/,
    isNamed: /^(?:globalThis|undici)\.(?:fetch|request)$/,
    isAskedLate: true,
  },
  unless: {
    any: [
      { has: { kind: 'pair', regex: '^[\'"]?method[\'"]?\\s*:\\s*[\'"`](?:HEAD|head)', stopBy: 'end' } },
      { regex: '\\(\\s*[\'"`](?:data|blob|file):' },
      // The method is in a variable, and a HEAD is made nearby: nobody can tell.
      {
        has: { field: 'arguments', has: { kind: 'identifier', nthChild: 2 } },
        inside: {
          kind: 'statement_block',
          stopBy: 'end',
          regex: 'method[\'"]?\\s*:\\s*[\'"`](?:HEAD|head)',
        },
      },
    ],
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
      'buffer',
      'textConverted',
      'cancel',
      'dump',
      'getReader',
      'pipeTo',
      'pipeThrough',
      'pipe',
      'resume',
      'destroy',
      'values',
      'tee',
      "on('data')",
      "on('readable')",
      'clone',
    ],
    looks: [
      'headers',
      'status',
      'statusText',
      'ok',
      'url',
      'redirected',
      'type',
      'statusCode',
      'trailers',
      'opaque',
      'bodyUsed',
      'size',
      'timeout',
      'catch',
    ],
    derives: ['body', 'finally'],
    hands: ['then'],
    looksIn: ['console.*', 'String', 'Boolean', 'log', 'debug', 'assert', 'assert.*', 'expect'],
  },
  reports: {
    never: {
      severity: 'error',
      confidence: 0.9,
      message:
        'only the head of the response is used: nobody reads or cancels the body, so Node keeps the connection until a garbage collection resets it',
    },
    'some-path': {
      severity: 'warning',
      confidence: 0.85,
      message:
        'a path (to {line}) leaves the response without reading or cancelling its body; the connection stays until a garbage collection resets it',
    },
  },
  causes: ['garbage-collected', 'unread-data'],
  fix: `// the head is all that is wanted
const response = await fetch(url, { method: 'HEAD' })
// or, where the body was asked for and is not wanted:
await response.body?.cancel()
// or read it, when it is small: the connection can then be used again
await response.arrayBuffer()`,
  samples: {
    faulty: [
      {
        code: `async function f(url) {\n  const response = await fetch(url)\n  return response.headers.get('last-modified')\n}`,
        lines: [2],
        outcome: 'never',
      },
      {
        code: `async function f(url) {\n  const { status } = await fetch(url)\n  return status === 200\n}`,
        lines: [2],
        outcome: 'never',
      },
      {
        code: `async function f(url) {\n  const response = await fetch(url)\n  if (!response.ok) throw new Error(response.statusText)\n  return response.json()\n}`,
        lines: [2],
        outcome: 'some-path',
      },
      { code: `const isUp = (url) => fetch(url).then((r) => r.ok)`, lines: [1], outcome: 'never' },
      {
        code: `async function f(url) {\n  return (await fetch(url)).status\n}`,
        lines: [2],
        outcome: 'never',
      },
      {
        code: `async function open(url) {\n  return await fetch(url)\n}\nasync function f(url) {\n  const r = await open(url)\n  return r.ok\n}`,
        lines: [5],
        outcome: 'never',
      },
      {
        code: `async function f(url) {\n  await fetch(url, { method: 'POST' })\n}`,
        lines: [2],
        outcome: 'never',
      },
      {
        code: `function check(r) { return r.status }\nasync function f(url) {\n  const r = await fetch(url)\n  return check(r)\n}`,
        lines: [3],
        outcome: 'never',
      },
      {
        code: `const { request: send } = require('undici')\nasync function f(url) {\n  const { statusCode } = await send(url)\n  return statusCode === 200\n}`,
        lines: [3],
        outcome: 'never',
      },
      {
        code: `import load from 'node-fetch'\nasync function f(url) {\n  const reply = await load(url)\n  return reply.status < 500\n}`,
        lines: [3],
        outcome: 'never',
      },
      {
        code: `class Api {\n  constructor(private readonly doFetch: typeof fetch) {}\n  async has(name) {\n    const r = await this.doFetch(name)\n    return r.ok\n  }\n}`,
        lines: [4],
        outcome: 'never',
      },
    ],
    fine: [
      `async function f(url) {\n  const init = { method: 'HEAD' }\n  const r = await fetch(url, init)\n  return r.ok\n}`,
      `import { request } from './rpc'\nasync function f(url) {\n  const { statusCode } = await request(url)\n  return statusCode === 200\n}`,
      `async function f(url) {\n  const r = await fetch(url)\n  if (!r.ok) {\n    console.error('no')\n    process.exit(1)\n  }\n  return r.json()\n}`,
      `async function f(url) {\n  const response = await fetch(url)\n  return response.json()\n}`,
      `async function f(url) {\n  const response = await fetch(url, { method: 'HEAD' })\n  return response.ok\n}`,
      `async function f(url) {\n  const response = await fetch(url)\n  if (!response.ok) {\n    await response.body?.cancel()\n    throw new Error('x')\n  }\n  return response.text()\n}`,
      `const f = (url) => fetch(url)`,
      `const f = (url) => fetch(url).then((r) => r.json()).then((d) => d.x)`,
      `async function f(url) {\n  const r = await fetch(url)\n  for await (const chunk of r.body) use(chunk)\n}`,
      `async function f(url) {\n  const r = await fetch(url)\n  try {\n    check(r.status)\n  } finally {\n    await r.body.cancel()\n  }\n}`,
      `function drain(r) { return r.arrayBuffer() }\nasync function f(url) {\n  const r = await fetch(url)\n  await drain(r)\n}`,
      `async function f(url) {\n  const r = await fetch(url)\n  this.last = r\n}`,
      `async function f(url) {\n  const r = await fetch(url)\n  const { body } = r\n  await pipeline(body, out)\n}`,
      `async function f(url) {\n  let r\n  if (cached) r = undefined\n  else r = await fetch(url)\n  if (r) await r.text()\n}`,
      `async function f(url) {\n  const r = await fetch(url)\n  if (!r.ok) throw new HttpError(r)\n  return r.json()\n}`,
    ],
  },
})
