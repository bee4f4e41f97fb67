import { defineRule } from '../../rule.ts'

export const httpClientPerCall = defineRule({
  id: 'http-client-per-call',
  language: 'csharp',
  title: 'an HttpClient is made for one call and never disposed',
  words: /\bnew\s+(?:System\.Net\.Http\.)?HttpClient\s*\(|\bHttpClient\s+\w+\s*=\s*new\s*\(/,
  notIn: /^(?:Main|Configure\w*|Create\w*|Get\w*Client|Build\w*|Setup)$/,
  find: {
    any: [
      {
        kind: 'object_creation_expression',
        has: { field: 'type', regex: '^(?:System\\.Net\\.Http\\.)?HttpClient$' },
      },
      // `HttpClient client = new();`
      {
        kind: 'implicit_object_creation_expression',
        inside: {
          kind: 'variable_declarator',
          inside: {
            kind: 'variable_declaration',
            has: { field: 'type', regex: '^(?:System\\.Net\\.Http\\.)?HttpClient$' },
          },
        },
      },
    ],
  },
  // System.Net.Http's takes a handler, and whether to dispose it: one that takes more is the project's own.
  unless: { has: { kind: 'argument_list', has: { kind: 'argument', nthChild: 3 } } },
  flow: { opens: 'value', ends: ['Dispose'], looks: 'all' },
  reports: {
    never: {
      severity: 'warning',
      confidence: 0.8,
      message:
        'an HttpClient with a connection pool of its own is made for this call and never disposed: its connections stay until the server ends them or a collection does',
    },
  },
  causes: ['garbage-collected', 'data-after-close', 'keep-alive-race'],
  fix: `// one for the whole program, or IHttpClientFactory
private static readonly HttpClient Client = new HttpClient();`,
  samples: {
    faulty: [
      {
        code: `class A {\n  async Task<string> F(string u) {\n    var c = new HttpClient();\n    return await c.GetStringAsync(u);\n  }\n}`,
        lines: [3],
        outcome: 'never',
      },
    ],
    fine: [
      `class A { void F(string u) { var c = new HttpClient(Array.Empty<I>(), cache, limit); c.Get(u); } }`,
      `class A {\n  async Task<string> F(string u) {\n    using HttpClient c = new();\n    return await c.GetStringAsync(u);\n  }\n}`,
      `class A {\n  private static readonly HttpClient C = new();\n}`,
      `class A {\n  static readonly HttpClient C = new HttpClient();\n}`,
      `class A {\n  async Task<string> F(string u) {\n    using var c = new HttpClient();\n    return await c.GetStringAsync(u);\n  }\n}`,
      `class A {\n  async Task<string> F(string u) {\n    using (var c = new HttpClient()) { return await c.GetStringAsync(u); }\n  }\n}`,
      `class A {\n  void F() { _client = new HttpClient(); }\n}`,
      `class A {\n  HttpClient F() { var c = new HttpClient(); c.Timeout = t; return c; }\n}`,
    ],
  },
})
