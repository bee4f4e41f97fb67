import { defineRule } from '../../rule.ts'

export const httpRequestWithoutTimeout = defineRule({
  id: 'http-request-without-timeout',
  language: 'java',
  title: 'a request of java.net.http waits for ever',
  words: /\bHttpRequest\s*\.\s*newBuilder\b/,
  requires: /\bjava\.net\.http\b/,
  // The future is given a time instead.
  excludes: /\.(?:orTimeout|completeOnTimeout)\s*\(|\.get\s*\(\s*\w+\s*,\s*(?:TimeUnit\.)?[A-Z]+\s*\)/,
  find: {
    kind: 'method_invocation',
    regex: '^HttpRequest\\s*\\.\\s*newBuilder\\b[\\s\\S]*\\.\\s*build\\s*\\(\\s*\\)$',
  },
  unless: { regex: '\\.\\s*timeout\\s*\\(' },
  reports: {
    always: {
      severity: 'info',
      confidence: 0.8,
      message:
        'without timeout() this waits for ever when the other side restarts or a middlebox forgets the connection',
    },
  },
  causes: ['half-open', 'middlebox-idle-timeout', 'retransmission-timeout'],
  fix: `HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(30)).build();`,
  samples: {
    faulty: [
      {
        code: `class A {\n  HttpRequest f(URI uri) {\n    return HttpRequest.newBuilder(uri).header("a", "b").build();\n  }\n}`,
        lines: [3],
      },
    ],
    fine: [
      `class A {\n  HttpRequest f(URI uri) {\n    return HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(3)).build();\n  }\n}`,
      `class A {\n  HttpRequest f(URI uri) {\n    HttpRequest.Builder b = HttpRequest.newBuilder(uri);\n    return b.timeout(t).build();\n  }\n}`,
    ],
  },
})
