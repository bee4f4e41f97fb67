import { defineRule } from '../../rule.ts'

export const httpGetWithoutTimeout = defineRule({
  id: 'http-get-without-timeout',
  language: 'go',
  title: "a request of net/http's default client waits for ever",
  words: /\bhttp\.(?:Get|Head|Post|PostForm)\(/,
  requires: /"net\/http"/,
  // The default client is given a time, or is another one.
  excludes: /\bhttp\.DefaultClient(?:\.Timeout)?\s*=[^=]/,
  find: {
    kind: 'call_expression',
    has: { field: 'function', regex: '^http\\.(?:Get|Head|Post|PostForm)$' },
  },
  reports: {
    always: {
      severity: 'info',
      confidence: 0.85,
      message:
        'the default client has no timeout and this call takes no context: it waits for ever when the other side restarts or a middlebox forgets the connection',
    },
  },
  causes: ['half-open', 'middlebox-idle-timeout', 'retransmission-timeout'],
  fix: `// one for all calls
var client = &http.Client{Timeout: 30 * time.Second}

resp, err := client.Get(url)`,
  samples: {
    faulty: [
      {
        code: `package a\nfunc f(u string) (*http.Response, error) {\n\treturn http.Get(u)\n}\n`,
        lines: [3],
      },
    ],
    fine: [
      `package a\nfunc f(u string) (*http.Response, error) {\n\tc := &http.Client{Timeout: time.Second}\n\treturn c.Get(u)\n}\n`,
      `package a\nfunc f(ctx context.Context, r *http.Request) (*http.Response, error) {\n\treturn http.DefaultClient.Do(r.WithContext(ctx))\n}\n`,
    ],
  },
})
