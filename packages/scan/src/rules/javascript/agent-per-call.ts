import { defineRule } from '../../rule.ts'

export const agentPerCall = defineRule({
  id: 'agent-per-call',
  language: 'javascript',
  title: 'an agent or client with a pool of its own is made for one call and never closed',
  words: /\bnew\s+[\w$.]*(?:Agent|Client|Pool)\b|\b(?:Agent|Client|Pool)\s+as\b/,
  requires: /['"](?:undici|(?:node:)?https?)['"]/,
  notIn: /^(?:constructor|main|create\w*|make\w*|build\w*|get\w*|init\w*|setup\w*)$/i,
  find: { kind: 'new_expression' },
  means: {
    is: /^(?:undici\.(?:Agent|Client|Pool|BalancedPool|ProxyAgent|RetryAgent|EnvHttpProxyAgent)|https?\.Agent)$/,
    // Others close their connection behind the answer.
    onlyWith: { is: /^https?\.Agent$/, text: /keepAlive['"]?\s*:\s*true/ },
    isNamed: /^(?:undici\.(?:Agent|Client|Pool)|https?\.Agent)$/,
  },
  // It is given to nobody: it has no connection.
  unless: { inside: { kind: 'expression_statement' } },
  flow: {
    opens: 'value',
    ends: ['close', 'destroy'],
    looks: 'all',
    // undici: with interceptors it is the same agent.
    derives: ['compose'],
    looksIn: [
      'fetch',
      'undici.fetch',
      'undici.request',
      'undici.stream',
      'undici.pipeline',
      'node-fetch',
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
        'an agent that keeps connections is made for this call and never destroyed: no other call can use the connection it keeps, which stays open until one side gives up',
    },
    'some-path': {
      severity: 'warning',
      confidence: 0.8,
      message:
        'an agent that keeps connections is made on this path and never destroyed: no other call can use the connection it keeps, which stays open until one side gives up',
    },
  },
  causes: ['data-after-close', 'keep-alive-race'],
  fix: `// one for the whole program, outside of the function
const agent = new Agent({ keepAlive: true })`,
  samples: {
    faulty: [
      {
        code: `import { Agent, get } from 'node:http'\nfunction list(url) {\n  const agent = new Agent({ keepAlive: true })\n  return new Promise((resolve) => get(url, { agent }, (r) => r.resume().on('end', resolve)))\n}`,
        lines: [3],
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
      {
        code: `import { Agent as Dispatcher, request } from 'undici'\nasync function f(url) {\n  const own = new Dispatcher({ connect: { ca } })\n  const { body } = await request(url, { dispatcher: own })\n  return body.json()\n}`,
        lines: [3],
        outcome: 'never',
      },
      {
        code: `import { fetch, ProxyAgent } from 'undici'\nasync function list(url) {\n  const r = await fetch(url, { dispatcher: new ProxyAgent(PROXY) })\n  return r.json()\n}`,
        lines: [3],
        outcome: 'never',
      },
      {
        code: `const { Client } = require('undici')\nasync function f(origin) {\n  const c = new Client(origin)\n  const { body } = await c.request({ path: '/', method: 'GET' })\n  return body.json()\n}`,
        lines: [3],
        outcome: 'never',
      },
      {
        code: `const { Agent } = require('undici')\nfunction list(url) {\n  return fetch(url, { dispatcher: new Agent({ headersTimeout: 600000 }) }).then((r) => r.json())\n}`,
        lines: [3],
        outcome: 'never',
      },
    ],
    fine: [
      `import { Agent } from 'undici'\nimport { setGlobalDispatcher } from 'undici'\nfunction start() {\n  const agent = new Agent()\n  setGlobalDispatcher(agent)\n}`,
      `import { Client } from 'pg'\nasync function f(url) {\n  const client = new Client(url)\n  return client.query('select 1')\n}`,
      `import https from 'https'\nfunction f(url) {\n  return https.get(url, { agent: new https.Agent({ rejectUnauthorized: false }) }, done)\n}`,
      `import { Agent } from 'http'\nconst agent = new Agent({ keepAlive: true })\nfunction list(url) { return fetch(url, { agent }) }`,
      `import { Agent } from 'http'\nclass A {\n  start() { this.agent = new Agent({ keepAlive: true }) }\n}`,
      `function isRefused() {\n  try {\n    new http.Agent({ keepAlive: true, scheduling: 'x' })\n  } catch (error) {\n    return true\n  }\n}`,
      `async function list(url) {\n  const agent = new undici.Agent().compose(redirect({ maxRedirections: 2 }))\n  try { return await (await fetch(url, { dispatcher: agent })).json() } finally { agent.close() }\n}`,
      `const factory = (opts) => new undici.Agent(opts).compose(redirect({}))`,
      `import { Agent } from './people'\nasync function hire(url) {\n  return fetch(url, { body: new Agent({ name: 'x' }) })\n}`,
      `function list(url) {\n  const agent = new https.Agent({ keepAlive: true })\n  try { https.get(url, { agent }, done) } finally { agent.destroy() }\n}`,
      `function agentFor(url) { return new https.Agent({ keepAlive: true }) }`,
      `function client() {\n  const agent = new https.Agent({ keepAlive: true })\n  return axios.create({ httpsAgent: agent })\n}`,
    ],
  },
})
