import { defineRule } from '../../rule.ts'

export const bodyNotClosed = defineRule({
  id: 'body-not-closed',
  language: 'go',
  title: 'the body of an HTTP response is never closed',
  words: /\bhttp\.(?:Get|Post|PostForm|Head)\(|\.Do\(/,
  requires: /"net\/http"/,
  find: {
    kind: 'call_expression',
    any: [
      { has: { field: 'function', regex: '^http\\.(?:Get|Post|PostForm)$' } },
      { has: { field: 'function', regex: '(?:[cC]lient|http\\.DefaultClient|[cC]lient\\(\\))\\.Do$' } },
    ],
    inside: {
      any: [
        { kind: 'short_var_declaration', has: { field: 'left', regex: '^[^,]+,[^,]+$' } },
        { kind: 'assignment_statement', has: { field: 'left', regex: '^[^,]+,[^,]+$' } },
      ],
      stopBy: { kind: 'block' },
    },
  },
  unless: { regex: 'MethodHead|"HEAD"' },
  flow: {
    opens: 'value',
    ends: ['Close'],
    looks: [
      'StatusCode',
      'Status',
      'Header',
      'Proto',
      'ProtoMajor',
      'ContentLength',
      'Request',
      'TLS',
      'Cookies',
      'Location',
      'Trailer',
      'TransferEncoding',
      'Uncompressed',
      'Read',
    ],
    derives: ['Body'],
    looksIn: ['io.CopyN', 'fmt.*', 'log.*', 'httputil.DumpResponse'],
    // What is read to its end goes back to the pool, closed or not.
    endsIn: [
      'io.ReadAll',
      'ioutil.ReadAll',
      'io.Copy',
      '*.closeBody',
      '*.CloseBody',
      'googleapi.CloseBody',
      'fs.CheckClose',
    ],
  },
  reports: {
    never: {
      severity: 'error',
      confidence: 0.9,
      message:
        'nobody closes the body: the connection is never used again and never ends, and piles up in CLOSE_WAIT',
    },
    'some-path': {
      severity: 'warning',
      confidence: 0.85,
      message:
        'a path (to {line}) leaves the body unclosed: its connection is never used again and never ends',
    },
  },
  causes: ['data-after-close', 'unread-data'],
  fix: `resp, err := client.Do(req)
if err != nil {
	return err
}
defer resp.Body.Close()`,
  samples: {
    faulty: [
      {
        code: `package a\nfunc f(u string) (int, error) {\n\tresp, err := http.Get(u)\n\tif err != nil {\n\t\treturn 0, err\n\t}\n\treturn resp.StatusCode, nil\n}\n`,
        lines: [3],
        outcome: 'never',
      },
      {
        code: `package a\nfunc f(c *http.Client, q *http.Request) error {\n\tresp, err := client.Do(q)\n\tif err != nil {\n\t\treturn err\n\t}\n\tif resp.StatusCode != 200 {\n\t\treturn errors.New("x")\n\t}\n\tdefer resp.Body.Close()\n\treturn nil\n}\n`,
        lines: [3],
        outcome: 'some-path',
      },
    ],
    fine: [
      `package a\nfunc f(u string) (int, error) {\n\tresp, err := http.Get(u)\n\tif err != nil {\n\t\treturn 0, err\n\t}\n\tdefer resp.Body.Close()\n\treturn resp.StatusCode, nil\n}\n`,
      `package a\nfunc f(u string) (*http.Response, error) {\n\tresp, err := http.Get(u)\n\tif err != nil {\n\t\treturn nil, err\n\t}\n\treturn resp, nil\n}\n`,
      `package a\nfunc f(u string) error {\n\tresp, err := http.Get(u)\n\tif err != nil {\n\t\treturn err\n\t}\n\tdefer func() { _ = resp.Body.Close() }()\n\treturn g()\n}\n`,
      `package a\nfunc f(q *http.Request) error {\n\tresp, err := client.Do(q)\n\tif resp != nil {\n\t\tdefer resp.Body.Close()\n\t}\n\treturn err\n}\n`,
      `package a\nfunc f(u string) error {\n\tresp, err := http.Get(u)\n\tif err != nil {\n\t\treturn err\n\t}\n\treturn use(resp)\n}\n`,
    ],
  },
})
