import { defineRule } from '../../rule.ts'
import { importing } from './importing.ts'

export const urlopenNotClosed = defineRule({
  id: 'urlopen-not-closed',
  language: 'python',
  title: 'what urlopen gives is neither read nor closed',
  words: /\burlopen\s*\(/,
  find: { any: [{ pattern: 'urlopen($$$ARGS)' }, { pattern: '$M.urlopen($$$ARGS)' }] },
  unless: { regex: 'HEAD' },
  requires: importing('urllib2?|six\\.moves'),
  excludes: /\burllib3\b/,
  flow: {
    opens: 'value',
    ends: ['read', 'readline', 'readlines', 'close', 'fp', 'readinto', 'detach', '__exit__'],
    looks: [
      'getcode',
      'code',
      'status',
      'info',
      'headers',
      'geturl',
      'url',
      'msg',
      'reason',
      'getheader',
      'getheaders',
      'version',
    ],
    looksIn: ['print', 'str', 'repr'],
    endsIn: ['closing', 'contextlib.closing'],
  },
  reports: {
    never: {
      severity: 'error',
      confidence: 0.9,
      message:
        'only the head of the response is used: its connection is cut with the body unread when Python collects it',
    },
    'some-path': {
      severity: 'warning',
      confidence: 0.8,
      message: 'a path (to {line}) leaves the response unread and unclosed',
    },
  },
  causes: ['unread-data', 'garbage-collected'],
  fix: `request = urllib.request.Request(url, method="HEAD")
with urllib.request.urlopen(request, timeout=10) as response:
    return response.headers["last-modified"]`,
  samples: {
    faulty: [
      {
        code: `def f(url):\n    r = urllib.request.urlopen(url)\n    return r.headers["last-modified"]\n`,
        lines: [2],
        outcome: 'never',
      },
      { code: `def f(url):\n    return urlopen(url).getcode() == 200\n`, lines: [2], outcome: 'never' },
    ],
    fine: [
      `def f(url):\n    with urllib.request.urlopen(url) as r:\n        return r.status\n`,
      `def f(url):\n    return urllib.request.urlopen(url).read()\n`,
      `def f(url):\n    r = urlopen(url)\n    return json.load(r)\n`,
    ],
  },
})
