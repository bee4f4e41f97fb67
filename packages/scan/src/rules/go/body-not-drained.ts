import { defineRule } from '../../rule.ts'
import { HANDS_CONNECTION_OVER, RESPONSE_CALL, RESPONSE_MEANING } from './response-call.ts'

export const bodyNotDrained = defineRule({
  id: 'body-not-drained',
  language: 'go',
  title: 'the body of an HTTP response is closed but never read',
  words: /\bhttp\.Get\(|\.Do\(|\bhttp\.(?:Default)?Client\b|\w "net\/http"/,
  requires: /"net\/http"/,
  excludes: HANDS_CONNECTION_OVER,
  find: RESPONSE_CALL,
  means: RESPONSE_MEANING,
  flow: {
    opens: 'value',
    opensOn: ['Close'],
    ends: ['Read', 'WriteTo'],
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
    ],
    derives: ['Body'],
    looksIn: ['fmt.*', 'log.*'],
  },
  reports: {
    never: {
      severity: 'info',
      confidence: 0.85,
      message:
        'the body is closed without being read: the connection cannot be used again, and is reset if data is still on its way',
    },
  },
  causes: ['unread-data'],
  fix: `defer func() {
	io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10))
	resp.Body.Close()
}()`,
  samples: {
    faulty: [
      {
        code: `package a\nfunc f(u string) (int, error) {\n\tresp, err := http.Get(u)\n\tif err != nil {\n\t\treturn 0, err\n\t}\n\tresp.Body.Close()\n\treturn resp.StatusCode, nil\n}\n`,
        lines: [7],
        outcome: 'never',
      },
      {
        code: `package a\nimport "net/http"\nfunc f(u string) error {\n\tweb := &http.Client{Timeout: 3}\n\tr, err := web.Get(u)\n\tif err != nil {\n\t\treturn err\n\t}\n\tr.Body.Close()\n\treturn nil\n}\n`,
        lines: [9],
        outcome: 'never',
      },
    ],
    fine: [
      `package a\nfunc f(u string) error {\n\tresp, err := http.Get(u)\n\tif err != nil {\n\t\treturn err\n\t}\n\tdefer resp.Body.Close()\n\treturn json.NewDecoder(resp.Body).Decode(&x)\n}\n`,
      `package a\nfunc f(u string) error {\n\treq, _ := http.NewRequest(http.MethodHead, u, nil)\n\tresp, err := client.Do(req)\n\tif err != nil {\n\t\treturn err\n\t}\n\tresp.Body.Close()\n\treturn nil\n}\n`,
    ],
  },
})
