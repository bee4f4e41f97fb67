import { defineRule } from '../../rule.ts'

export const httpGetBodyUnread = defineRule({
  id: 'http-get-body-unread',
  language: 'javascript',
  title: 'the response of http.get or http.request is never consumed',
  words: /\b(?:get|request)\s*\(/,
  requires: /['"](?:node:)?https?['"]|follow-redirects/,
  find: {
    kind: 'call_expression',
    has: { field: 'function', regex: '(?:^|\\.)(?:get|request)$' },
    all: [
      {
        has: {
          kind: 'arguments',
          has: { any: [{ kind: 'arrow_function' }, { kind: 'function_expression' }] },
        },
      },
    ],
  },
  means: {
    is: /^(?:follow-redirects\.)?https?\.(?:get|request)$/,
    isNamed: /^https?\.(?:get|request)$/,
  },
  unless: { regex: 'method[\'"]?\\s*:\\s*[\'"`](?:HEAD|CONNECT)' },
  flow: {
    opens: 'callback-parameter',
    ends: [
      'resume',
      'pipe',
      'destroy',
      'read',
      'iterator',
      'toArray',
      'forEach',
      'compose',
      "on('data')",
      "on('readable')",
      "once('readable')",
      "addListener('data')",
      'unpipe',
      'socket',
      'connection',
    ],
    looks: [
      'statusCode',
      'statusMessage',
      'headers',
      'rawHeaders',
      'httpVersion',
      'trailers',
      'url',
      'req',
      'setTimeout',
      'complete',
      'aborted',
    ],
    derives: ['setEncoding', 'on', 'once'],
    looksIn: ['console.*', 'String'],
  },
  reports: {
    never: {
      severity: 'error',
      confidence: 0.9,
      message:
        'the response is never consumed: its connection stays open with the body unread, for ever (no collection closes it)',
    },
    'some-path': {
      severity: 'warning',
      confidence: 0.85,
      message:
        'a path (to {line}) leaves the response unconsumed: its connection stays open with the body unread',
    },
  },
  causes: ['unread-data', 'garbage-collected'],
  fix: `http.get(url, (response) => {
  // whatever is not wanted is read and thrown away
  response.resume()
  done(response.statusCode)
})`,
  samples: {
    faulty: [
      { code: `http.get(url, (res) => {\n  done(res.statusCode)\n})`, lines: [1], outcome: 'never' },
      {
        code: `https.get(url, (res) => {\n  if (res.statusCode !== 200) return reject(new Error('status ' + res.statusCode))\n  res.pipe(out)\n})`,
        lines: [1],
        outcome: 'some-path',
      },
      {
        code: `import { get } from 'node:https'\nget(url, { agent }, (response) => {\n  if (!isShared) return resolve()\n  response.resume().on('end', resolve)\n})`,
        lines: [2],
        outcome: 'some-path',
      },
      {
        code: `import * as http from 'http'\nimport * as https from 'https'\nfunction f(url, done) {\n  const lib = url.startsWith('https') ? https : http\n  lib.get(url, (res) => {\n    done(res.statusCode)\n  })\n}`,
        lines: [5],
        outcome: 'never',
      },
    ],
    fine: [
      `import { get } from './store'\nget(key, (entry) => {\n  done(entry.statusCode)\n})`,
      `http.get(url, (res) => {\n  res.resume()\n  done(res.statusCode)\n})`,
      `http.get(url, (res) => {\n  res.on('data', add)\n  res.on('end', done)\n})`,
      `http.get(url, (res) => {\n  if (res.statusCode !== 200) { res.destroy(); return }\n  res.pipe(out)\n})`,
      `http.request(url, { method: 'HEAD' }, (res) => done(res.headers)).end()`,
      `http.get(url, (res) => handle(res))`,
      `http.get(url, (res) => {\n  res.setEncoding('utf8').on('data', add)\n})`,
    ],
  },
})
