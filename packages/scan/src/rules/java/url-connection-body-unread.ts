import { defineRule } from '../../rule.ts'

export const urlConnectionBodyUnread = defineRule({
  id: 'url-connection-body-unread',
  language: 'java',
  title: 'URLConnection is asked for a header and its body is never read',
  words: /\.openConnection\s*\(/,
  // Most other connections are to files and archives.
  requires: /\bHttps?URLConnection\b|"https?:/,
  find: { kind: 'method_invocation', has: { field: 'name', regex: '^openConnection$' } },
  unless: {
    inside: {
      any: [
        { kind: 'cast_expression', has: { field: 'type', regex: 'JarURLConnection' } },
        { kind: 'method_declaration', has: { field: 'name', regex: '^openConnection$' } },
      ],
      stopBy: { kind: 'expression_statement' },
    },
  },
  flow: {
    opens: 'value',
    opensOn: [
      'getLastModified',
      'getContentLength',
      'getContentLengthLong',
      'getDate',
      'getExpiration',
      'getContentType',
      'getContentEncoding',
      'getHeaderField',
      'getHeaderFields',
      'getHeaderFieldDate',
      'getHeaderFieldInt',
      'getHeaderFieldLong',
      'getHeaderFieldKey',
      'getResponseCode',
      'getResponseMessage',
    ],
    ends: ['getInputStream', 'getErrorStream', 'getContent', 'disconnect', "setRequestMethod('HEAD')"],
    looks: [
      'setRequestMethod',
      'setConnectTimeout',
      'setReadTimeout',
      'setDoOutput',
      'setDoInput',
      'setUseCaches',
      'setDefaultUseCaches',
      'setRequestProperty',
      'addRequestProperty',
      'setInstanceFollowRedirects',
      'setIfModifiedSince',
      'setFixedLengthStreamingMode',
      'setChunkedStreamingMode',
      'setAllowUserInteraction',
      'connect',
      'getOutputStream',
      'getURL',
      'getRequestMethod',
      'getRequestProperty',
      'getRequestProperties',
      'setSSLSocketFactory',
      'setHostnameVerifier',
      'getDoOutput',
      'usingProxy',
    ],
    looksIn: ['String.valueOf', 'System.out.println', 'System.err.println'],
  },
  reports: {
    never: {
      severity: 'error',
      confidence: 0.9,
      message:
        'the request is a GET and only its head is used: nobody reads the body or closes the stream, so the connection is reset when a garbage collection finds it',
    },
    'some-path': {
      severity: 'error',
      confidence: 0.85,
      message:
        'a path sends a GET and uses only its head: nobody reads the body or closes the stream there, so the connection is reset when a garbage collection finds it',
    },
  },
  causes: ['garbage-collected', 'unread-data'],
  fix: `// the head is all that is wanted
connection.setRequestMethod("HEAD");
long changed = connection.getLastModified();
// or read the body to its end:
try (InputStream body = connection.getInputStream()) {
  body.transferTo(OutputStream.nullOutputStream());
}`,
  samples: {
    faulty: [
      {
        code: `class A {\n  long f(URL url) throws Exception {\n    URLConnection c = url.openConnection();\n    return c.getLastModified();\n  }\n}`,
        lines: [4],
        outcome: 'never',
      },
      {
        code: `class A {\n  long f(URL url) throws Exception {\n    return url.openConnection().getContentLength();\n  }\n}`,
        lines: [3],
        outcome: 'never',
      },
      {
        code: `class A {\n  boolean f(URL url) throws Exception {\n    HttpURLConnection c = (HttpURLConnection) url.openConnection();\n    c.setConnectTimeout(100);\n    return c.getResponseCode() == 200;\n  }\n}`,
        lines: [5],
        outcome: 'never',
      },
      {
        code: `class A {\n  long f(URL url, boolean head) throws Exception {\n    HttpURLConnection c = (HttpURLConnection) url.openConnection();\n    if (head) c.setRequestMethod("HEAD");\n    return c.getLastModified();\n  }\n}`,
        lines: [5],
        outcome: 'some-path',
      },
    ],
    fine: [
      `class A {\n  long f(URL url) throws Exception {\n    HttpURLConnection c = (HttpURLConnection) url.openConnection();\n    c.setRequestMethod("HEAD");\n    return c.getLastModified();\n  }\n}`,
      `class A {\n  String f(URL url) throws Exception {\n    HttpURLConnection c = (HttpURLConnection) url.openConnection();\n    if (c.getResponseCode() != 200) return read(c.getErrorStream());\n    try (InputStream in = c.getInputStream()) { return read(in); }\n  }\n}`,
      `class A {\n  URLConnection f(URL url) throws Exception {\n    URLConnection c = url.openConnection();\n    c.setReadTimeout(1);\n    return c;\n  }\n}`,
      `class A {\n  long f(URL url) throws Exception {\n    HttpURLConnection c = (HttpURLConnection) url.openConnection();\n    try { return c.getLastModified(); } finally { c.disconnect(); }\n  }\n}`,
      `class A {\n  long f(URL url) throws Exception {\n    JarURLConnection c = (JarURLConnection) url.openConnection();\n    return c.getLastModified();\n  }\n}`,
    ],
  },
})
