import { defineRule } from '../../rule.ts'

export const responseNotClosed = defineRule({
  id: 'response-not-closed',
  language: 'java',
  title: 'an Apache HttpClient response is neither closed nor consumed',
  words: /\.execute(?:Open)?\s*\(/,
  requires: /import\s+org\.apache\.(?:http|hc)\./,
  find: {
    kind: 'method_invocation',
    all: [
      { has: { field: 'name', regex: '^execute(?:Open)?$' } },
      // With a handler of responses the client closes them itself.
      {
        not: { has: { field: 'arguments', regex: '[hH]andler|->|::|[cC]allback|\\bnew\\s+\\w*Handler' } },
      },
    ],
  },
  means: {
    is: /^org\.apache\.(?:http|hc)\.[\w.]*Client\.\w+$|^(?:Closeable|Minimal|Default)?HttpClient\.\w+$/,
    gives: /^(?:org\.apache\.(?:http|hc)\.[\w.]*|\w*)HttpResponse$/,
    isNamed: /[cC]lient(?:\(\))?\.\w+$/,
  },
  flow: {
    opens: 'value',
    ends: ['close', 'getContent', 'writeTo', 'consumeContent'],
    looks: [
      'getStatusLine',
      'getCode',
      'getReasonPhrase',
      'getHeaders',
      'getFirstHeader',
      'getLastHeader',
      'getAllHeaders',
      'getHeader',
      'containsHeader',
      'getLocale',
      'getProtocolVersion',
      'getVersion',
      'headerIterator',
      'toString',
      'getContentLength',
      'getContentType',
      'getContentEncoding',
      'isStreaming',
      'isChunked',
    ],
    derives: ['getEntity'],
    endsIn: ['EntityUtils.*', 'HttpClientUtils.*', 'IOUtils.*', '*.closeQuietly'],
    looksIn: [
      'String.valueOf',
      'System.out.println',
      '*.debug',
      '*.info',
      '*.warn',
      '*.trace',
      'Objects.requireNonNull',
    ],
    endsElsewhere: ['releaseConnection', 'abort', 'reset'],
  },
  reports: {
    never: {
      severity: 'error',
      confidence: 0.9,
      message:
        'the response is neither consumed nor closed: its connection never returns to the pool, and ends in CLOSE_WAIT or a reset at a garbage collection',
    },
    'some-path': {
      severity: 'warning',
      confidence: 0.85,
      message:
        'a path (to {line}) leaves the response unconsumed and unclosed: its connection never returns to the pool',
    },
    exception: {
      severity: 'info',
      confidence: 0.7,
      message: 'an exception between this call and the close leaves the response open',
    },
  },
  causes: ['garbage-collected', 'unread-data', 'data-after-close'],
  fix: `try (CloseableHttpResponse response = client.execute(request)) {
  EntityUtils.consume(response.getEntity());
}`,
  samples: {
    faulty: [
      {
        code: `class A {\n  int f(HttpGet g) throws Exception {\n    CloseableHttpResponse r = client.execute(g);\n    return r.getStatusLine().getStatusCode();\n  }\n}`,
        lines: [3],
        outcome: 'never',
      },
      {
        code: `class A {\n  String f(HttpGet g) throws Exception {\n    HttpResponse r = httpClient.execute(g);\n    if (r.getStatusLine().getStatusCode() != 200) return null;\n    return EntityUtils.toString(r.getEntity());\n  }\n}`,
        lines: [3],
        outcome: 'some-path',
      },
      {
        code: `class A {\n  void f(HttpPost p) throws Exception {\n    client.execute(p);\n  }\n}`,
        lines: [3],
        outcome: 'never',
      },
      {
        code: `class A {\n  String f(HttpGet g) throws Exception {\n    CloseableHttpResponse r = client.execute(g);\n    String s = parse(r.getStatusLine());\n    r.close();\n    return s;\n  }\n}`,
        lines: [3],
        outcome: 'exception',
      },
      {
        code: `import org.apache.http.impl.client.CloseableHttpClient;\nclass A {\n  int f(CloseableHttpClient shared, HttpGet g) throws Exception {\n    var r = shared.execute(g);\n    return r.getCode();\n  }\n}`,
        lines: [4],
        outcome: 'never',
      },
      {
        code: `import org.apache.http.client.methods.CloseableHttpResponse;\nclass A extends Base {\n  int f(HttpGet g) throws Exception {\n    CloseableHttpResponse r = web.execute(g);\n    return r.getCode();\n  }\n}`,
        lines: [4],
        outcome: 'never',
      },
    ],
    fine: [
      `class A {\n  int f(Command client, Object o) {\n    HttpResponse r = client.execute(o);\n    return r.getCode();\n  }\n}`,
      `class A {\n  int f(HttpGet g) throws Exception {\n    try (CloseableHttpResponse r = client.execute(g)) { return r.getCode(); }\n  }\n}`,
      `class A {\n  String f(HttpGet g) throws Exception {\n    return client.execute(g, new BasicResponseHandler());\n  }\n}`,
      `class A {\n  int f(HttpGet g) throws Exception {\n    HttpResponse r = client.execute(g);\n    try { return r.getStatusLine().getStatusCode(); } finally { g.releaseConnection(); }\n  }\n}`,
      `class A {\n  HttpResponse f(HttpGet g) throws Exception {\n    HttpResponse r = client.execute(g);\n    return r;\n  }\n}`,
      `class A {\n  int f(HttpGet g) throws Exception {\n    CloseableHttpResponse r = null;\n    try { r = client.execute(g); return r.getCode(); } finally { if (r != null) { r.close(); } }\n  }\n}`,
    ],
  },
})
