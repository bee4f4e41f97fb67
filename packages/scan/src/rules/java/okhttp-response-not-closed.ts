import { defineRule } from '../../rule.ts'
import { OKHTTP_RESPONSE } from '../okhttp-response.ts'

export const okhttpResponseNotClosed = defineRule({
  id: 'okhttp-response-not-closed',
  language: 'java',
  title: 'an OkHttp response is neither read nor closed',
  words: /\.execute\s*\(\s*\)/,
  requires: /\bokhttp3?\b/,
  // An answer from the cache alone has no connection.
  excludes: /\bretrofit2?\b|\bFORCE_CACHE\b/,
  find: {
    any: [
      { pattern: '$CLIENT.newCall($$$).execute()' },
      // `Call call = client.newCall(request)`
      {
        kind: 'method_invocation',
        all: [
          { has: { field: 'object', kind: 'identifier', regex: '[cC]all$' } },
          { has: { field: 'name', regex: '^execute$' } },
          { has: { field: 'arguments', regex: '^\\(\\s*\\)$' } },
          { inside: { kind: 'method_declaration', regex: 'newCall\\s*\\(', stopBy: 'end' } },
        ],
      },
    ],
  },
  // The answer to a HEAD has no body, and OkHttp takes its connection back at once.
  unless: { inside: { kind: 'method_declaration', regex: '\\.head\\s*\\(\\s*\\)|"HEAD"', stopBy: 'end' } },
  flow: {
    opens: 'value',
    ...OKHTTP_RESPONSE,
  },
  reports: {
    never: {
      severity: 'error',
      confidence: 0.9,
      message:
        'the response is neither read nor closed: its connection leaks ("A connection to … was leaked") until a garbage collection resets it',
    },
    'some-path': {
      severity: 'warning',
      confidence: 0.85,
      message: 'a path (to {line}) leaves the response unread and unclosed: its connection leaks there',
    },
  },
  causes: ['garbage-collected', 'unread-data'],
  fix: `try (Response response = client.newCall(request).execute()) {
  if (!response.isSuccessful()) throw new IOException("status " + response.code());
  return response.body().string();
}`,
  samples: {
    faulty: [
      {
        code: `class A {\n  int f(Request q) throws IOException {\n    Call call = client.newCall(q);\n    Response r = call.execute();\n    return r.code();\n  }\n}`,
        lines: [4],
        outcome: 'never',
      },
      {
        code: `class A {\n  boolean f(Request q) throws IOException {\n    return client.newCall(q).execute().isSuccessful();\n  }\n}`,
        lines: [3],
        outcome: 'never',
      },
      {
        code: `class A {\n  String f(Request q) throws IOException {\n    Response r = client.newCall(q).execute();\n    if (!r.isSuccessful()) throw new IOException("status " + r.code());\n    return r.body().string();\n  }\n}`,
        lines: [3],
        outcome: 'some-path',
      },
    ],
    fine: [
      `class A {\n  int f(Request q) throws IOException {\n    Call call = client.newCall(q);\n    try (Response r = call.execute()) { return r.code(); }\n  }\n}`,
      `class A {\n  int f(Task call) {\n    return call.execute().code();\n  }\n}`,
      `class A {\n  boolean f(String u) throws IOException {\n    Request q = new Request.Builder().url(u).head().build();\n    return client.newCall(q).execute().isSuccessful();\n  }\n}`,
      `class A {\n  String f(Request q) throws IOException {\n    try (Response r = client.newCall(q).execute()) { if (!r.isSuccessful()) throw new IOException("" + r); return r.body().string(); }\n  }\n}`,
      `class A {\n  Response f(Request q) throws IOException {\n    return client.newCall(q).execute();\n  }\n}`,
      `class A {\n  void f(Request q) throws IOException {\n    Response r = client.newCall(q).execute();\n    r.body().close();\n  }\n}`,
    ],
  },
})
