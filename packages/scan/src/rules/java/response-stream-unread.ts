import { defineRule } from '../../rule.ts'

export const responseStreamUnread = defineRule({
  id: 'response-stream-unread',
  language: 'java',
  title: 'the stream of a java.net.http response is neither read nor closed',
  words: /\bofInputStream\s*\(/,
  requires: /\bjava\.net\.http\b/,
  find: {
    kind: 'method_invocation',
    all: [
      { has: { field: 'name', regex: '^send(?:Async)?$' } },
      { has: { field: 'arguments', regex: '\\bofInputStream\\s*\\(\\s*\\)' } },
    ],
  },
  // The answer to a HEAD has no body.
  unless: { inside: { kind: 'method_declaration', regex: '"HEAD"|\\.HEAD\\s*\\(\\s*\\)', stopBy: 'end' } },
  flow: {
    opens: 'value',
    // Whoever reads may have read to the end: only what nobody reads is meant.
    ends: ['close', 'read', 'readAllBytes', 'readNBytes', 'transferTo', 'skip', 'readLine', 'lines'],
    looks: [
      'statusCode',
      'headers',
      'uri',
      'version',
      'request',
      'previousResponse',
      'sslSession',
      'toString',
      'markSupported',
      'ready',
    ],
    derives: ['body', 'get', 'join'],
    hands: ['thenApply', 'thenAccept', 'thenCompose'],
    wrapsIn: [
      'InputStreamReader',
      'BufferedReader',
      'BufferedInputStream',
      'DataInputStream',
      'GZIPInputStream',
      'InflaterInputStream',
    ],
    looksIn: ['String.valueOf', 'System.out.println', 'Objects.requireNonNull'],
  },
  reports: {
    never: {
      severity: 'error',
      confidence: 0.85,
      message:
        'only the head of the response is used: nobody reads or closes its stream, so the connection stays with the body unread',
    },
    'some-path': {
      severity: 'warning',
      confidence: 0.8,
      message:
        'a path (to {line}) leaves the stream of the response unread and open: its connection stays with the body unread',
    },
  },
  causes: ['unread-data', 'garbage-collected'],
  fix: `// the head is all that is wanted
client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
// or close the stream on every path
var response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
try (InputStream body = response.body()) {
  …
}`,
  samples: {
    faulty: [
      {
        code: `class A {\n  int f(HttpClient c, HttpRequest q) throws Exception {\n    HttpResponse<InputStream> r = c.send(q, HttpResponse.BodyHandlers.ofInputStream());\n    return r.statusCode();\n  }\n}`,
        lines: [3],
        outcome: 'never',
      },
      {
        code: `class A {\n  byte[] f(HttpRequest q) throws Exception {\n    var r = http.send(q, ofInputStream());\n    if (r.statusCode() != 200) throw new IOException("status " + r.statusCode());\n    try (var in = r.body()) { return in.readAllBytes(); }\n  }\n}`,
        lines: [3],
        outcome: 'some-path',
      },
      {
        code: `class A {\n  CompletableFuture<Integer> f(HttpRequest q) {\n    return http.sendAsync(q, BodyHandlers.ofInputStream()).thenApply(r -> r.statusCode());\n  }\n}`,
        lines: [3],
        outcome: 'never',
      },
    ],
    fine: [
      `class A {\n  byte[] f(HttpRequest q) throws Exception {\n    var r = http.send(q, BodyHandlers.ofInputStream());\n    try (InputStream in = r.body()) { return in.readAllBytes(); }\n  }\n}`,
      `class A {\n  InputStream f(HttpRequest q) throws Exception {\n    return http.send(q, BodyHandlers.ofInputStream()).body();\n  }\n}`,
      `class A {\n  int f(URI u) throws Exception {\n    HttpRequest q = HttpRequest.newBuilder(u).method("HEAD", noBody()).build();\n    return http.send(q, BodyHandlers.ofInputStream()).statusCode();\n  }\n}`,
      `class A {\n  Object f(HttpRequest q) throws Exception {\n    HttpResponse<InputStream> r = http.send(q, BodyHandlers.ofInputStream());\n    return mapper.readValue(r.body(), Object.class);\n  }\n}`,
      `class A {\n  String f(HttpRequest q) throws Exception {\n    var r = http.send(q, BodyHandlers.ofInputStream());\n    if (r.statusCode() != 200) { r.body().close(); return null; }\n    return new BufferedReader(new InputStreamReader(r.body())).readLine();\n  }\n}`,
      `class A {\n  int f(HttpRequest q) throws Exception {\n    return http.send(q, BodyHandlers.ofString()).statusCode();\n  }\n}`,
    ],
  },
})
