import { defineRule } from '../../rule.ts'

export const urlConnectionWithoutTimeout = defineRule({
  id: 'url-connection-without-timeout',
  language: 'java',
  title: 'URLConnection waits for ever',
  words: /\.openConnection\s*\(/,
  requires: /\bHttps?URLConnection\b|"https?:/,
  // Set for the whole program.
  excludes: /sun\.net\.client\.defaultReadTimeout/,
  // A method of its own class may set it; what such a one leaves without is found where it is called.
  find: {
    kind: 'method_invocation',
    all: [
      { has: { field: 'name', regex: '^openConnection$' } },
      { has: { field: 'object', not: { kind: 'this' } } },
    ],
  },
  flow: {
    opens: 'value',
    opensOn: [
      'getInputStream',
      'getResponseCode',
      'getContent',
      'getLastModified',
      'getContentLength',
      'getContentLengthLong',
      'getHeaderField',
      'getHeaderFields',
    ],
    ends: ['setReadTimeout'],
    looks: 'all',
  },
  reports: {
    never: {
      severity: 'info',
      confidence: 0.8,
      message:
        'without setReadTimeout this waits for ever when the other side restarts or a middlebox forgets the connection',
    },
  },
  causes: ['half-open', 'middlebox-idle-timeout', 'retransmission-timeout'],
  fix: `connection.setConnectTimeout(3_000);   // milliseconds
connection.setReadTimeout(30_000);     // between two pieces of the answer`,
  samples: {
    faulty: [
      {
        code: `class A {\n  InputStream f(URL url) throws Exception {\n    HttpURLConnection c = (HttpURLConnection) url.openConnection();\n    c.setConnectTimeout(100);\n    return c.getInputStream();\n  }\n}`,
        lines: [5],
        outcome: 'never',
      },
      {
        code: `class A {\n  int f(URL url) throws Exception {\n    return ((HttpURLConnection) url.openConnection()).getResponseCode();\n  }\n}`,
        lines: [3],
        outcome: 'never',
      },
    ],
    fine: [
      `class A {\n  URLConnection openConnection(String url, int ms) throws Exception {\n    URLConnection c = new URL(url).openConnection();\n    c.setReadTimeout(ms);\n    return c;\n  }\n  InputStream f(String url) throws Exception {\n    URLConnection c = openConnection(url, 100);\n    return c.getInputStream();\n  }\n}`,
      `class A {\n  InputStream f(URL url) throws Exception {\n    HttpURLConnection c = (HttpURLConnection) url.openConnection();\n    c.setReadTimeout(100);\n    return c.getInputStream();\n  }\n}`,
      `class A {\n  InputStream f(URL url) throws Exception {\n    HttpURLConnection c = (HttpURLConnection) url.openConnection();\n    configure(c);\n    return c.getInputStream();\n  }\n}`,
      `class A {\n  URLConnection f(URL url) throws Exception {\n    return url.openConnection();\n  }\n}`,
    ],
  },
})
