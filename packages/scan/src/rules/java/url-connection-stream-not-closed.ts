import { defineRule } from '../../rule.ts'

/** Whoever reads may have read to the end, and that gives the connection back: only what nobody reads is meant. */
const READS = ['read', 'readLine', 'readAllBytes', 'readNBytes', 'transferTo', 'lines', 'skip']

export const urlConnectionStreamNotClosed = defineRule({
  id: 'url-connection-stream-not-closed',
  language: 'java',
  title: 'the stream of a URLConnection is neither read nor closed',
  words: /\.getInputStream\s*\(\s*\)/,
  requires: /\bHttps?URLConnection\b/,
  // A socket has streams of the same name.
  excludes: /\bSocket\b/,
  find: {
    kind: 'method_invocation',
    all: [
      { has: { field: 'name', regex: '^getInputStream$' } },
      { has: { field: 'object', regex: '(?i)conn|http|url|^\\w{1,2}$' } },
    ],
  },
  flow: {
    opens: 'value',
    ends: ['close', ...READS],
    looks: ['available', 'markSupported', 'toString', 'ready'],
    wrapsIn: [
      'InputStreamReader',
      'BufferedReader',
      'BufferedInputStream',
      'DataInputStream',
      'GZIPInputStream',
      'InflaterInputStream',
    ],
    looksIn: ['String.valueOf', 'System.out.println', 'Objects.requireNonNull', 'Objects.nonNull'],
    endsElsewhere: ['disconnect'],
  },
  reports: {
    never: {
      severity: 'warning',
      confidence: 0.8,
      message:
        'the stream is opened, and neither read nor closed: the connection stays with the body unread until a garbage collection resets it',
    },
    'some-path': {
      severity: 'warning',
      confidence: 0.7,
      message:
        'a path (to {line}) leaves the stream unread and open: the connection stays until a garbage collection resets it',
    },
  },
  causes: ['garbage-collected', 'unread-data'],
  fix: `try (InputStream body = connection.getInputStream()) {
  body.transferTo(OutputStream.nullOutputStream());
}`,
  isOffByDefault: true,
  samples: {
    faulty: [
      {
        code: `class A {\n  void ping(HttpURLConnection c) throws IOException {\n    c.getInputStream();\n  }\n}`,
        lines: [3],
        outcome: 'never',
      },
      {
        code: `class A {\n  String f(HttpURLConnection conn) throws IOException {\n    BufferedReader in = new BufferedReader(new InputStreamReader(conn.getInputStream()));\n    if (conn.getResponseCode() != 200) return null;\n    String s = in.readLine();\n    in.close();\n    return s;\n  }\n}`,
        lines: [3],
        outcome: 'some-path',
      },
    ],
    fine: [
      `class A {\n  void ping(HttpURLConnection c) throws IOException {\n    c.getInputStream().close();\n  }\n}`,
      `class A {\n  void ping(HttpURLConnection c) throws IOException {\n    c.getInputStream();\n    c.disconnect();\n  }\n}`,
      `class A {\n  String f(HttpURLConnection c) throws IOException {\n    try (InputStream in = c.getInputStream()) { return c.getHeaderField("a"); }\n  }\n}`,
      `class A {\n  InputStream f(HttpURLConnection c) throws IOException {\n    InputStream in = c.getInputStream();\n    return new GZIPInputStream(in);\n  }\n}`,
      `class A {\n  String f(HttpURLConnection c) throws IOException {\n    BufferedReader in = new BufferedReader(new InputStreamReader(c.getInputStream()));\n    for (String s = in.readLine(); s != null; s = in.readLine()) use(s);\n    return "";\n  }\n}`,
      `class A {\n  String f(HttpURLConnection c) throws IOException {\n    return IOUtils.toString(c.getInputStream());\n  }\n}`,
    ],
  },
})
