import { defineRule } from '../../rule.ts'

export const transportPerCall = defineRule({
  id: 'transport-per-call',
  language: 'go',
  title: 'an http.Transport is made for one call and never closed',
  words: /\bhttp\.Transport\s*\{/,
  notIn: /^(?:main|init|New\w*|new\w*|make\w*|create\w*|get\w*|Get\w*)$/,
  find: { kind: 'composite_literal', has: { field: 'type', regex: '^http\\.Transport$' } },
  unless: { regex: 'DisableKeepAlives:\\s*true' },
  flow: {
    opens: 'value',
    ends: ['CloseIdleConnections', 'Clone'],
    looks: 'all',
    wrapsIn: ['http.Client'],
    endsElsewhere: ['CloseIdleConnections'],
  },
  reports: {
    never: {
      severity: 'warning',
      confidence: 0.85,
      message:
        'a transport with a connection pool of its own is made for this call: its idle connections are never used again and stay open',
    },
  },
  causes: ['data-after-close', 'keep-alive-race'],
  fix: `// one for the whole program
var client = &http.Client{Transport: &http.Transport{ … }}
// or, for a single use:
defer transport.CloseIdleConnections()`,
  samples: {
    faulty: [
      {
        code: `package a\nfunc f(u string) error {\n\ttr := &http.Transport{TLSClientConfig: x}\n\tc := &http.Client{Transport: tr}\n\tresp, err := c.Get(u)\n\treturn use(resp, err)\n}\n`,
        lines: [3],
        outcome: 'never',
      },
    ],
    fine: [
      `package a\nvar c = &http.Client{Transport: &http.Transport{}}\n`,
      `package a\nfunc f(u string) *http.Client {\n\treturn &http.Client{Transport: &http.Transport{}}\n}\n`,
      `package a\nfunc f(u string) error {\n\ttr := &http.Transport{DisableKeepAlives: true}\n\tc := &http.Client{Transport: tr}\n\treturn use(c.Get(u))\n}\n`,
      `package a\nfunc f(u string) error {\n\ttr := &http.Transport{}\n\tdefer tr.CloseIdleConnections()\n\tc := &http.Client{Transport: tr}\n\treturn use(c.Get(u))\n}\n`,
      `package a\nfunc (s *S) f() {\n\ts.c = &http.Client{Transport: &http.Transport{}}\n}\n`,
    ],
  },
})
