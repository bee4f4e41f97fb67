import { defineRule } from '../../rule.ts'
import { importing } from './importing.ts'

export const aiohttpResponseUnread = defineRule({
  id: 'aiohttp-response-unread',
  language: 'python',
  title: 'an aiohttp response is neither read nor released',
  words: /\bawait\b/,
  requires: importing('aiohttp'),
  find: {
    kind: 'call',
    has: { field: 'function', regex: '\\.(?:get|post|put|patch|delete|request)$' },
    inside: { kind: 'await' },
  },
  means: {
    is: /^aiohttp\.(?:client\.)?ClientSession\.\w+$/,
    isNamed: /[sS]ession\w*\.\w+$/,
  },
  // What is said to fail brings no answer.
  unless: {
    inside: {
      kind: 'with_statement',
      stopBy: 'end',
      has: { kind: 'with_clause', regex: '[rR]aises\\w*\\(' },
    },
  },
  flow: {
    opens: 'value',
    ends: ['read', 'text', 'json', 'release', 'close', 'content', '__aexit__'],
    looks: [
      'status',
      'headers',
      'ok',
      'url',
      'real_url',
      'reason',
      'raise_for_status',
      'history',
      'cookies',
      'method',
      'content_type',
      'content_length',
      'host',
      'links',
      'version',
      'charset',
      'request_info',
    ],
    looksIn: ['print', 'str', 'repr'],
  },
  reports: {
    never: {
      severity: 'error',
      confidence: 0.9,
      message:
        'the response is neither read nor released: its connection is cut with the body unread when Python collects it',
    },
    'some-path': {
      severity: 'warning',
      confidence: 0.85,
      message: 'a path (to {line}) leaves the response unread and unreleased',
    },
  },
  causes: ['unread-data', 'garbage-collected'],
  fix: `async with session.get(url) as response:
    response.raise_for_status()`,
  samples: {
    faulty: [
      {
        code: `async def f(session, url):\n    r = await session.get(url)\n    return r.status\n`,
        lines: [2],
        outcome: 'never',
      },
      {
        code: `async def f(self, url):\n    r = await self.session.get(url)\n    if r.status != 200:\n        raise ValueError("x")\n    return await r.json()\n`,
        lines: [2],
        outcome: 'some-path',
      },
      {
        code: `import aiohttp\nasync def f(web: aiohttp.ClientSession, url):\n    r = await web.get(url)\n    return r.status\n`,
        lines: [3],
        outcome: 'never',
      },
      {
        code: `from aiohttp import ClientSession as CS\nasync def f(url):\n    async with CS(timeout=T(total=3)) as s:\n        r = await s.get(url)\n        return r.status\n`,
        lines: [4],
        outcome: 'never',
      },
      {
        code: `import aiohttp\nclass A:\n    def __init__(self):\n        self.s = aiohttp.ClientSession()\n    async def f(self, url):\n        r = await self.s.get(url)\n        return r.status\n`,
        lines: [6],
        outcome: 'never',
      },
    ],
    fine: [
      `from sqlalchemy.ext.asyncio import AsyncSession\nasync def f(session: AsyncSession, key):\n    row = await session.get(Row, key)\n    return row.status\n`,
      `async def test_refused(session):\n    with pytest.raises(OSError):\n        await session.get("http://localhost:1/")\n`,
      `async def f(session, url):\n    async with session.get(url) as r:\n        return r.status\n`,
      `async def f(session, url):\n    r = await session.get(url)\n    return await r.json()\n`,
      `async def f(session, url):\n    return await session.get(url)\n`,
    ],
  },
})
