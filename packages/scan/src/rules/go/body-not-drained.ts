import { defineRule } from '../../rule.ts'

export const bodyNotDrained = defineRule({
  id: 'body-not-drained',
  language: 'go',
  title: 'the body of an HTTP response is closed but never read',
  words: /\bhttp\.Get\(|\.Do\(/,
  requires: /"net\/http"/,
  find: {
    kind: 'call_expression',
    any: [
      { has: { field: 'function', regex: '^http\\.Get$' } },
      { has: { field: 'function', regex: '(?:[cC]lient|http\\.DefaultClient|[cC]lient\\(\\))\\.Do$' } },
    ],
    inside: {
      any: [
        { kind: 'short_var_declaration', has: { field: 'left', regex: '^[^,]+,[^,]+$' } },
        { kind: 'assignment_statement', has: { field: 'left', regex: '^[^,]+,[^,]+$' } },
      ],
      stopBy: { kind: 'block' },
    },
    // A request that is a HEAD has no body to read; where one is made nearby, nobody can tell here.
    not: {
      inside: {
        any: [{ kind: 'function_declaration' }, { kind: 'method_declaration' }],
        stopBy: 'end',
        regex: 'MethodHead|"HEAD"',
      },
    },
  },
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
    ],
    fine: [
      `package a\nfunc f(u string) error {\n\tresp, err := http.Get(u)\n\tif err != nil {\n\t\treturn err\n\t}\n\tdefer resp.Body.Close()\n\treturn json.NewDecoder(resp.Body).Decode(&x)\n}\n`,
      `package a\nfunc f(u string) error {\n\treq, _ := http.NewRequest(http.MethodHead, u, nil)\n\tresp, err := client.Do(req)\n\tif err != nil {\n\t\treturn err\n\t}\n\tresp.Body.Close()\n\treturn nil\n}\n`,
    ],
  },
})
