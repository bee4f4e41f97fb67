import { defineRule } from '../../rule.ts'

export const transportPerCall = defineRule({
  id: 'transport-per-call',
  language: 'go',
  title: 'an http.Transport is made for one call and never closed',
  words: /\.Transport\s*\{/,
  notIn: /^(?:main|init|New\w*|new\w*|make\w*|create\w*|get\w*|Get\w*)$/,
  requires: /"net\/http"/,
  find: { kind: 'composite_literal', has: { field: 'type', regex: '\\.Transport$' } },
  means: { is: /^net\/http\.Transport$/, isNamed: /^http\.Transport$/ },
  unless: { regex: 'DisableKeepAlives:\\s*true' },
  flow: {
    opens: 'value',
    // Who dials by it looks after the connection; it keeps none.
    ends: ['CloseIdleConnections', 'Clone', 'Dial', 'DialContext'],
    looks: 'all',
    wrapsIn: ['http.Client', 'net/http.Client'],
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
      {
        code: `package a\nimport web "net/http"\nfunc f(u string) error {\n\ttr := &web.Transport{TLSClientConfig: x}\n\tc := &web.Client{Transport: tr}\n\tresp, err := c.Get(u)\n\treturn use(resp, err)\n}\n`,
        lines: [4],
        outcome: 'never',
      },
    ],
    fine: [
      `package a\nimport "net/http"\nfunc f(a string) error {\n\tt := &http.Transport{Proxy: http.ProxyFromEnvironment}\n\tconn, err := t.Dial("tcp", a)\n\tif err != nil {\n\t\treturn err\n\t}\n\treturn conn.Close()\n}\n`,
      `package a\nimport "net/http"\nimport "example.com/mail"\nfunc f(u string) error {\n\ttr := &mail.Transport{Host: u}\n\treturn tr.Ping()\n}\n`,
      `package a\nvar c = &http.Client{Transport: &http.Transport{}}\n`,
      `package a\nfunc f(u string) *http.Client {\n\treturn &http.Client{Transport: &http.Transport{}}\n}\n`,
      `package a\nfunc f(u string) error {\n\ttr := &http.Transport{DisableKeepAlives: true}\n\tc := &http.Client{Transport: tr}\n\treturn use(c.Get(u))\n}\n`,
      `package a\nfunc f(u string) error {\n\ttr := &http.Transport{}\n\tdefer tr.CloseIdleConnections()\n\tc := &http.Client{Transport: tr}\n\treturn use(c.Get(u))\n}\n`,
      `package a\nfunc (s *S) f() {\n\ts.c = &http.Client{Transport: &http.Transport{}}\n}\n`,
    ],
  },
})
