import { defineRule } from '../../rule.ts'

export const responseHeadersReadUndisposed = defineRule({
  id: 'response-headers-read-undisposed',
  language: 'csharp',
  title: 'a response that was asked for with ResponseHeadersRead is neither read nor disposed',
  words: /\bResponseHeadersRead\b/,
  find: {
    kind: 'invocation_expression',
    all: [
      { has: { field: 'function', regex: '\\.(?:GetAsync|SendAsync)$' } },
      { has: { field: 'arguments', regex: 'ResponseHeadersRead' } },
    ],
  },
  flow: {
    opens: 'value',
    ends: [
      'Dispose',
      'ReadAsStringAsync',
      'ReadAsByteArrayAsync',
      'ReadAsStreamAsync',
      'ReadFromJsonAsync',
      'CopyToAsync',
      'LoadIntoBufferAsync',
    ],
    looks: [
      'StatusCode',
      'IsSuccessStatusCode',
      'Headers',
      'ReasonPhrase',
      'Version',
      'RequestMessage',
      'TrailingHeaders',
      'EnsureSuccessStatusCode',
    ],
    derives: ['Content', 'ConfigureAwait', 'Result', 'GetAwaiter', 'GetResult'],
  },
  reports: {
    never: {
      severity: 'error',
      confidence: 0.85,
      message:
        'only the head of the response is used: nobody reads or disposes it, so its connection stays until a garbage collection ends it with the body unread',
    },
    'some-path': {
      severity: 'warning',
      confidence: 0.8,
      message:
        'a path (to {line}) leaves the response unread and undisposed: its connection stays with the body unread',
    },
  },
  causes: ['garbage-collected', 'unread-data'],
  fix: `using var response = await client.GetAsync(
    url, HttpCompletionOption.ResponseHeadersRead);`,
  samples: {
    faulty: [
      {
        code: `class A {\n  async Task<bool> F(string u) {\n    var r = await c.GetAsync(u, HttpCompletionOption.ResponseHeadersRead);\n    return r.IsSuccessStatusCode;\n  }\n}`,
        lines: [3],
        outcome: 'never',
      },
      {
        code: `class A {\n  async Task<string> F(string u) {\n    var r = await c.GetAsync(u, HttpCompletionOption.ResponseHeadersRead);\n    if (!r.IsSuccessStatusCode) throw new Exception("x");\n    return await r.Content.ReadAsStringAsync();\n  }\n}`,
        lines: [3],
        outcome: 'some-path',
      },
    ],
    fine: [
      `class A {\n  async Task<bool> F(string u) {\n    using var r = await c.GetAsync(u, HttpCompletionOption.ResponseHeadersRead);\n    return r.IsSuccessStatusCode;\n  }\n}`,
      `class A {\n  async Task<bool> F(string u) {\n    using (var r = await c.GetAsync(u, HttpCompletionOption.ResponseHeadersRead)) { return r.IsSuccessStatusCode; }\n  }\n}`,
      `class A {\n  async Task<bool> F(string u) {\n    var r = await c.GetAsync(u);\n    return r.IsSuccessStatusCode;\n  }\n}`,
      `class A {\n  async Task<bool> F(string u) {\n    var r = await c.GetAsync(u, HttpCompletionOption.ResponseHeadersRead);\n    try { return r.IsSuccessStatusCode; } finally { r?.Dispose(); }\n  }\n}`,
    ],
  },
})
