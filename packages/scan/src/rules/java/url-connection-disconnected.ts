import { defineRule } from '../../rule.ts'

export const urlConnectionDisconnected = defineRule({
  id: 'url-connection-disconnected',
  language: 'java',
  title: 'HttpURLConnection is asked for a header and ended with its body unread',
  words: /\.disconnect\s*\(\s*\)/,
  requires: /\bHttps?URLConnection\b/,
  find: {
    kind: 'method_invocation',
    has: { field: 'name', regex: '^openConnection$' },
    // Without an answer there is nothing to be unread.
    inside: {
      any: [
        { kind: 'method_declaration' },
        { kind: 'constructor_declaration' },
        { kind: 'lambda_expression' },
      ],
      stopBy: 'end',
      regex:
        '\\.(?:getResponse(?:Code|Message)|getHeaderField\\w*|getHeaderFields|getContentLength(?:Long)?|getContentType|getContentEncoding|getLastModified|getDate|getExpiration)\\s*\\(',
    },
  },
  // Where a HEAD is made nearby, nobody can tell here.
  unless: { inside: { kind: 'method_declaration', regex: '"HEAD"', stopBy: 'end' } },
  flow: {
    opens: 'value',
    opensOn: ['disconnect'],
    ends: ['getInputStream', 'getErrorStream', 'getContent', 'getOutputStream'],
    looks: 'all',
    looksIn: ['String.valueOf', 'System.out.println', 'System.err.println'],
  },
  reports: {
    never: {
      severity: 'info',
      confidence: 0.8,
      message:
        'only the head of the answer is used, and disconnect() closes the connection with the body unread: of a large one what is still on its way is answered with a reset at once',
    },
  },
  causes: ['unread-data', 'data-after-close'],
  fix: `// the head is all that is wanted
connection.setRequestMethod("HEAD");
long changed = connection.getLastModified();`,
  samples: {
    faulty: [
      {
        code: `class A {\n  long f(URL url) throws Exception {\n    HttpURLConnection c = (HttpURLConnection) url.openConnection();\n    try {\n      return c.getLastModified();\n    } finally {\n      c.disconnect();\n    }\n  }\n}`,
        lines: [7],
        outcome: 'never',
      },
      {
        code: `class A {\n  boolean f(URL url) throws Exception {\n    HttpURLConnection c = (HttpURLConnection) url.openConnection();\n    int code = c.getResponseCode();\n    c.disconnect();\n    return code == 200;\n  }\n}`,
        lines: [5],
        outcome: 'never',
      },
    ],
    fine: [
      `class A {\n  long f(URL url) throws Exception {\n    HttpURLConnection c = (HttpURLConnection) url.openConnection();\n    c.setRequestMethod("HEAD");\n    try { return c.getLastModified(); } finally { c.disconnect(); }\n  }\n}`,
      `class A {\n  String f(URL url) throws Exception {\n    HttpURLConnection c = (HttpURLConnection) url.openConnection();\n    if (c.getResponseCode() != 200) return read(c.getErrorStream());\n    String s = read(c.getInputStream());\n    c.disconnect();\n    return s;\n  }\n}`,
      `class A {\n  void f(URL url) throws Exception {\n    HttpURLConnection c = (HttpURLConnection) url.openConnection();\n    c.connect();\n    c.disconnect();\n  }\n}`,
      `class A {\n  int f(URL url) throws Exception {\n    HttpURLConnection c = (HttpURLConnection) url.openConnection();\n    int code = c.getResponseCode();\n    slurp(c);\n    c.disconnect();\n    return code;\n  }\n}`,
    ],
  },
})
