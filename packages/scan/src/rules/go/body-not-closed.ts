import { defineRule } from '../../rule.ts'
import { HANDS_CONNECTION_OVER, RESPONSE_CALL, RESPONSE_MEANING } from './response-call.ts'

export const bodyNotClosed = defineRule({
  id: 'body-not-closed',
  language: 'go',
  title: 'the body of an HTTP response is never closed',
  words: /\bhttp\.(?:Get|Post|PostForm|Head)\(|\.Do\(|\bhttp\.(?:Default)?Client\b|\w "net\/http"/,
  requires: /"net\/http"/,
  excludes: HANDS_CONNECTION_OVER,
  find: RESPONSE_CALL,
  means: RESPONSE_MEANING,
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
      {
        code: `package a\nimport web "net/http"\ntype S struct {\n\thc *web.Client\n}\nfunc (s *S) f(u string) (int, error) {\n\tr, err := s.hc.Get(u)\n\tif err != nil {\n\t\treturn 0, err\n\t}\n\treturn r.StatusCode, nil\n}\n`,
        lines: [7],
        outcome: 'never',
      },
      {
        code: `package a\nimport "net/http"\nfunc open(u string) (*http.Response, error) {\n\treturn http.Get(u)\n}\nfunc f(u string) (int, error) {\n\tr, err := open(u)\n\tif err != nil {\n\t\treturn 0, err\n\t}\n\treturn r.StatusCode, nil\n}\n`,
        lines: [7],
        outcome: 'never',
      },
      {
        code: `package a\nimport "net/http"\nfunc f(d doer, u string) error {\n\treq, err := http.NewRequest("POST", u, nil)\n\tif err != nil {\n\t\treturn err\n\t}\n\t_, err = d.Do(req)\n\treturn err\n}\n`,
        lines: [8],
        outcome: 'never',
      },
    ],
    fine: [
      `package a\nimport "net/http"\ntype Store struct{}\nfunc f(client *Store) (int, error) {\n\tr, err := client.Do("x")\n\tif err != nil {\n\t\treturn 0, err\n\t}\n\treturn r.StatusCode, nil\n}\n`,
      `package a\nimport "net/http"\nfunc f(c *http.Client, u string) (int, error) {\n\treq, _ := http.NewRequest(http.MethodHead, u, nil)\n\tr, err := c.Do(req)\n\tif err != nil {\n\t\treturn 0, err\n\t}\n\treturn r.StatusCode, nil\n}\n`,
      `package a\nfunc f(u string) (int, error) {\n\tresp, err := http.Get(u)\n\tif err != nil {\n\t\treturn 0, err\n\t}\n\tdefer resp.Body.Close()\n\treturn resp.StatusCode, nil\n}\n`,
      `package a\nfunc f(u string) (*http.Response, error) {\n\tresp, err := http.Get(u)\n\tif err != nil {\n\t\treturn nil, err\n\t}\n\treturn resp, nil\n}\n`,
      `package a\nfunc f(u string) error {\n\tresp, err := http.Get(u)\n\tif err != nil {\n\t\treturn err\n\t}\n\tdefer func() { _ = resp.Body.Close() }()\n\treturn g()\n}\n`,
      `package a\nfunc f(q *http.Request) error {\n\tresp, err := client.Do(q)\n\tif resp != nil {\n\t\tdefer resp.Body.Close()\n\t}\n\treturn err\n}\n`,
      `package a\nfunc f(u string) error {\n\tresp, err := http.Get(u)\n\tif err != nil {\n\t\treturn err\n\t}\n\treturn use(resp)\n}\n`,
    ],
  },
})
