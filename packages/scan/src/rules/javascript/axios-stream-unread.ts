import { defineRule } from '../../rule.ts'

export const axiosStreamUnread = defineRule({
  id: 'axios-stream-unread',
  language: 'javascript',
  title: 'axios is asked for a stream that nobody reads',
  words: /responseType['"]?\s*:\s*['"]stream/,
  requires: /\baxios\b/,
  find: {
    all: [
      { kind: 'call_expression' },
      {
        has: {
          kind: 'arguments',
          has: {
            kind: 'object',
            has: { kind: 'pair', regex: '^[\'"]?responseType[\'"]?\\s*:\\s*[\'"]stream' },
          },
        },
      },
      {
        any: [
          { pattern: '$A.get($$$ARGS)' },
          { pattern: '$A.post($$$ARGS)' },
          { pattern: '$A.request($$$ARGS)' },
          { pattern: 'axios($$$ARGS)' },
        ],
      },
    ],
  },
  flow: {
    opens: 'value',
    ends: ['pipe', 'resume', 'destroy', "on('data')", "on('readable')", 'toArray'],
    looks: ['status', 'statusText', 'headers', 'config', 'request', 'catch'],
    derives: ['data', 'on', 'once', 'setEncoding', 'finally'],
    hands: ['then'],
    looksIn: ['console.*'],
  },
  reports: {
    never: {
      severity: 'error',
      confidence: 0.9,
      message: 'the stream is never read or destroyed: its connection stays open with the body unread',
    },
    'some-path': {
      severity: 'warning',
      confidence: 0.85,
      message: 'a path (to {line}) leaves the stream unread: its connection stays open with the body unread',
    },
  },
  causes: ['unread-data', 'garbage-collected'],
  fix: `const response = await axios.get(url, { responseType: 'stream' })
if (response.status !== 200) {
  response.data.destroy()
  throw new Error(String(response.status))
}`,
  samples: {
    faulty: [
      {
        code: `async function f(url) {\n  const r = await axios.get(url, { responseType: 'stream' })\n  return r.headers.etag\n}`,
        lines: [2],
        outcome: 'never',
      },
      {
        code: `async function f(url) {\n  const { status, data } = await axios.get(url, { responseType: 'stream' })\n  if (status !== 200) throw new Error('x')\n  data.pipe(out)\n}`,
        lines: [2],
        outcome: 'some-path',
      },
    ],
    fine: [
      `async function f(url) {\n  const r = await axios.get(url, { responseType: 'stream' })\n  r.data.pipe(out)\n}`,
      `async function f(url) {\n  const { data } = await axios.get(url, { responseType: 'stream' })\n  return data\n}`,
      `async function f(url) {\n  const r = await axios.get(url, { responseType: 'json' })\n  return r.status\n}`,
    ],
  },
})
