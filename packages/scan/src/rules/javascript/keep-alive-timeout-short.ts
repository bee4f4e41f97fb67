import { defineRule } from '../../rule.ts'

export const keepAliveTimeoutShort = defineRule({
  id: 'keep-alive-timeout-short',
  language: 'javascript',
  title: "a server's keepAliveTimeout is below that of the usual load balancers",
  words: /\bkeepAliveTimeout\b/,
  find: {
    any: [
      { pattern: '$SERVER.keepAliveTimeout = $MS' },
      {
        kind: 'pair',
        pattern: { context: 'createServer({ keepAliveTimeout: $MS })', selector: 'pair' },
        inside: { kind: 'call_expression', regex: 'createServer|astify\\(', stopBy: 'end' },
      },
    ],
  },
  // AWS's application load balancer keeps idle connections for 60 seconds, and others do for longer.
  number: { variable: 'MS', from: 1, to: 60_000 },
  reports: {
    always: {
      severity: 'warning',
      confidence: 0.8,
      message:
        'the server closes idle connections before a load balancer does (60 s and more): requests that meet the closing are reset',
    },
  },
  causes: ['keep-alive-race', 'idle-timeout-reset'],
  fix: `// longer than the load balancer's idle timeout
server.keepAliveTimeout = 65_000
server.headersTimeout = 66_000`,
  isOffByDefault: true,
  samples: {
    faulty: [
      { code: `server.keepAliveTimeout = 5000`, lines: [1] },
      { code: `const s = http.createServer({ keepAliveTimeout: 30_000 }, f)`, lines: [1] },
    ],
    fine: [
      `server.keepAliveTimeout = 65_000`,
      `server.keepAliveTimeout = 0`,
      `server.keepAliveTimeout = options.ms`,
      `const a = new Agent({ keepAliveTimeout: 4000 })`,
    ],
  },
})
