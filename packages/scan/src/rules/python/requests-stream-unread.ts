import { defineRule } from '../../rule.ts'
import { importing } from './importing.ts'

export const requestsStreamUnread = defineRule({
  id: 'requests-stream-unread',
  language: 'python',
  title: 'a streamed response of requests or httpx is neither read nor closed',
  words: /\bstream\s*=\s*True|\.stream\s*\([\s\S]*__a?enter__/,
  requires: importing('requests|httpx'),
  find: {
    any: [
      {
        kind: 'call',
        all: [
          { has: { field: 'function', regex: '(?:^|\\.)(?:get|post|put|patch|delete|request|send)$' } },
          { has: { field: 'arguments', has: { kind: 'keyword_argument', regex: '^stream\\s*=\\s*True$' } } },
        ],
      },
      // httpx: what `stream()` gives, entered without a `with`.
      {
        kind: 'call',
        has: { field: 'function', regex: '\\.__a?enter__$' },
        inside: { kind: 'function_definition', regex: '\\.stream\\s*\\(', stopBy: 'end' },
      },
    ],
  },
  flow: {
    opens: 'value',
    ends: [
      'content',
      'text',
      'json',
      'iter_content',
      'iter_lines',
      'iter_bytes',
      'iter_text',
      'iter_raw',
      'aiter_bytes',
      'aiter_lines',
      'aiter_raw',
      'aiter_text',
      'aread',
      'read',
      'raw',
      'close',
      'aclose',
      '__exit__',
    ],
    looks: [
      'status_code',
      'headers',
      'ok',
      'url',
      'reason',
      'raise_for_status',
      'history',
      'links',
      'encoding',
      'apparent_encoding',
      'cookies',
      'elapsed',
      'is_redirect',
      'is_permanent_redirect',
      'request',
      'is_success',
      'is_error',
      'http_version',
    ],
    looksIn: ['print', 'str', 'repr', '*.debug', '*.info', '*.warning', '*.error'],
    endsIn: ['closing', 'contextlib.closing'],
  },
  reports: {
    never: {
      severity: 'error',
      confidence: 0.9,
      message:
        'the streamed response is neither read nor closed: its connection is cut with the body unread when Python collects it, and is lost to the pool until then',
    },
    'some-path': {
      severity: 'warning',
      confidence: 0.85,
      message:
        'a path (to {line}) leaves the streamed response unread and unclosed: its connection is cut with the body unread',
    },
  },
  causes: ['unread-data', 'garbage-collected'],
  fix: `with requests.get(url, stream=True) as response:
    response.raise_for_status()
    for chunk in response.iter_content(65536):
        ...
# only the head is wanted:
response = requests.head(url, allow_redirects=True)`,
  samples: {
    faulty: [
      {
        code: `def f(client, url):\n    r = client.stream("GET", url).__enter__()\n    return r.status_code\n`,
        lines: [2],
        outcome: 'never',
      },
      {
        code: `async def f(client, url):\n    asked = client.stream("GET", url)\n    r = await asked.__aenter__()\n    if r.status_code != 200:\n        return None\n    return await r.aread()\n`,
        lines: [3],
        outcome: 'some-path',
      },
      {
        code: `def f(url):\n    r = requests.get(url, stream=True)\n    return r.headers["content-length"]\n`,
        lines: [2],
        outcome: 'never',
      },
      {
        code: `def f(s, url):\n    r = s.get(url, stream=True)\n    if r.status_code != 200:\n        return None\n    return r.content\n`,
        lines: [2],
        outcome: 'some-path',
      },
    ],
    fine: [
      `def f(client, url):\n    with client.stream("GET", url) as r:\n        return r.status_code\n`,
      `def f(client, url):\n    r = client.stream("GET", url).__enter__()\n    try:\n        return r.status_code\n    finally:\n        r.close()\n`,
      `def f(url):\n    with requests.get(url, stream=True) as r:\n        return r.status_code\n`,
      `def f(url):\n    r = requests.get(url)\n    return r.status_code\n`,
      `def f(url):\n    r = requests.get(url, stream=True)\n    try:\n        return r.headers\n    finally:\n        r.close()\n`,
      `def f(url):\n    r = requests.get(url, stream=True)\n    for c in r.iter_content(3):\n        use(c)\n`,
      `def f(url):\n    return requests.get(url, stream=True)\n`,
      `def f(self, url):\n    self.r = requests.get(url, stream=True)\n`,
    ],
  },
})
