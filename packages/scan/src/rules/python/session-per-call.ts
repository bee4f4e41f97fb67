import { defineRule } from '../../rule.ts'
import { importing } from './importing.ts'

export const sessionPerCall = defineRule({
  id: 'session-per-call',
  language: 'python',
  title: 'an HTTP session is made for one call and never closed',
  words: /\b(?:Session|Client|AsyncClient|ClientSession|PoolManager)\s*\(/,
  notIn: /^(?:__init__|__aenter__|__enter__|main|setup\w*|create\w*|make\w*|get_session|_?session)$/i,
  requires: importing('requests|httpx|aiohttp|urllib3'),
  find: {
    kind: 'call',
    has: { field: 'function', regex: '^[A-Za-z0-9_.]*(?:[sS]ession|Client|PoolManager)$' },
  },
  means: {
    is: /^(?:requests\.[sS]ession|httpx\.(?:Async)?Client|aiohttp\.ClientSession|urllib3\.PoolManager)$/,
    isNamed: /^(?:requests\.[sS]ession|httpx\.(?:Async)?Client|aiohttp\.ClientSession|urllib3\.PoolManager)$/,
  },
  flow: {
    opens: 'value',
    ends: ['close', 'aclose', 'clear', '__exit__', '__aexit__'],
    looks: 'all',
    endsIn: ['closing', 'contextlib.closing'],
  },
  reports: {
    never: {
      severity: 'warning',
      confidence: 0.85,
      message:
        'a session with a connection pool of its own is made for this call and never closed: every call opens connections anew, and leaves them to the collector',
    },
  },
  causes: ['garbage-collected', 'data-after-close'],
  fix: `# closed at the end; or one session for the whole program
with requests.Session() as session:
    session.get(url)`,
  samples: {
    faulty: [
      {
        code: `def f(url):\n    s = requests.Session()\n    return s.get(url).text\n`,
        lines: [2],
        outcome: 'never',
      },
      {
        code: `async def f(url):\n    c = httpx.AsyncClient()\n    r = await c.get(url)\n    return r.text\n`,
        lines: [2],
        outcome: 'never',
      },
      {
        code: `import requests as rq\ndef make():\n    return rq.Session()\ndef f(url):\n    s = make()\n    return s.get(url).text\n`,
        lines: [5],
        outcome: 'never',
      },
    ],
    fine: [
      `from db import Session\ndef f(key):\n    s = Session()\n    return s.get(key)\n`,
      `def f(url):\n    global s\n    if s is None:\n        s = requests.Session()\n    return s.get(url).text\n`,
      `def f(url):\n    with requests.Session() as s:\n        return s.get(url).text\n`,
      `s = requests.Session()\ndef f(url):\n    return s.get(url).text\n`,
      `def f():\n    s = requests.Session()\n    s.headers["a"] = "b"\n    return s\n`,
      `def f(self):\n    self.s = requests.Session()\n`,
      `def f(url):\n    s = requests.Session()\n    try:\n        return s.get(url).text\n    finally:\n        s.close()\n`,
    ],
  },
})
