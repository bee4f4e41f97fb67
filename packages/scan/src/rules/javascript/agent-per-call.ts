import { defineRule } from '../../rule.ts'

export const agentPerCall = defineRule({
  id: 'agent-per-call',
  language: 'javascript',
  title: 'an agent or client with a pool of its own is made for one call and never closed',
  words: /\bnew\s+(?:https?\.)?(?:Agent|Client|Pool|ProxyAgent)\b|\bnew undici\./,
  requires: /['"](?:undici|(?:node:)?https?)['"]/,
  notIn: /^(?:constructor|main|create\w*|make\w*|build\w*|get\w*|init\w*|setup\w*)$/i,
  find: {
    any: [
      {
        all: [
          { any: [{ pattern: 'new http.Agent($$$ARGS)' }, { pattern: 'new https.Agent($$$ARGS)' }] },
          { regex: 'keepAlive[\'"]?\\s*:\\s*true' },
        ],
      },
      { all: [{ pattern: 'new Agent($$$ARGS)' }, { regex: 'keepAlive[\'"]?\\s*:\\s*true' }] },
      { pattern: 'new undici.Agent($$$ARGS)' },
      { pattern: 'new undici.Client($$$ARGS)' },
      { pattern: 'new undici.Pool($$$ARGS)' },
    ],
  },
  flow: {
    opens: 'value',
    ends: ['close', 'destroy'],
    looks: 'all',
    looksIn: [
      'fetch',
      'undici.fetch',
      'undici.request',
      'http.get',
      'https.get',
      'http.request',
      'https.request',
      'get',
      'request',
      'axios.get',
      'axios.post',
      'axios',
    ],
  },
  // The connection that is lost with the agent is the one whose answer nobody reads.
  alsoFound: ['http-get-body-unread', 'fetch-body-unread', 'undici-body-unread'],
  reports: {
    never: {
      severity: 'warning',
      confidence: 0.85,
      message:
        'an agent that keeps connections is made for this call and never destroyed: each leaves its connections behind, in CLOSE_WAIT once the server closes them',
    },
    'some-path': {
      severity: 'warning',
      confidence: 0.8,
      message:
        'an agent that keeps connections is made on this path and never destroyed: each leaves its connections behind',
    },
  },
  causes: ['data-after-close', 'keep-alive-race'],
  fix: `// one for the whole program, outside of the function
const agent = new Agent({ keepAlive: true })`,
  samples: {
    faulty: [
      {
        code: `function list(url) {\n  const agent = new Agent({ keepAlive: true })\n  return new Promise((resolve) => get(url, { agent }, (r) => r.resume().on('end', resolve)))\n}`,
        lines: [2],
      },
      {
        code: `async function list(url) {\n  return fetch(url, { dispatcher: new undici.Agent() })\n}`,
        lines: [2],
        outcome: 'never',
      },
      {
        code: `function list(url) {\n  const agent = new https.Agent({ keepAlive: true })\n  https.get(url, { agent }, done)\n}`,
        lines: [2],
        outcome: 'never',
      },
    ],
    fine: [
      `const agent = new Agent({ keepAlive: true })\nfunction list(url) { return fetch(url, { agent }) }`,
      `class A {\n  start() { this.agent = new Agent({ keepAlive: true }) }\n}`,
      `function list(url) {\n  const agent = new https.Agent({ keepAlive: true })\n  try { https.get(url, { agent }, done) } finally { agent.destroy() }\n}`,
      `function agentFor(url) { return new https.Agent({ keepAlive: true }) }`,
      `function client() {\n  const agent = new https.Agent({ keepAlive: true })\n  return axios.create({ httpsAgent: agent })\n}`,
    ],
  },
})
