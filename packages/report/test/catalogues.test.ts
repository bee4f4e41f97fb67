import type { Message } from '@whyreset/core'
import { describe, expect, it } from 'vitest'
import { CATALOGUES } from '../src/messages/catalogues.ts'
import { sentenceOf } from '../src/messages/render-message.ts'

/** Words that stand in messages; what is not named here is a number, of which there are none, one, a few, many. */
const WORDS: Message['values'] = {
  also: 'new connection-refused, maybe-gone nat-state-lost, stayed half-open',
  causeAfter: 'unknown',
  change: 'stayed',
  closeWait: 'gone',
  closeWaitChance: false,
  closeWaitLack: 'socket-table',
  closeWaitSide: 'after',
  couldBeChance: false,
  evidence: 'gc-log',
  kind: 'close-wait-leak',
  lack: 'connections',
  matchedBy: 'port',
  side: 'before',
  trend: 'lower',
  by: '10.0.0.1',
  causes: 'process-exit, half-open',
  client: '10.0.0.1',
  crossing: true,
  cause: 'half-open',
  description: 'unknown_ca',
  flags: 'RST',
  level: 'fatal',
  name: 'Pause Young',
  peer: '10.0.0.2:80',
  process: 'java',
  reason: 'TCP_STATE',
  request: 'GET /',
  response: '200, 90000 bytes announced',
  seq: 'in sequence',
  server: '10.0.0.2:80',
  serverName: 'example.org',
  signs: 'hops spoke-after',
  startedAt: '2026-11-22T14:55:16.612000000Z',
  state: 'ESTABLISHED',
  stranger: '10.0.0.3',
  task: 'java',
  text: 'oom-killer',
  thread: 'Finalizer',
  wire: 'no RST',
  word: 'timed-out',
  zone: '+08:00',
}
const NUMBERS = [0, 0.25, 1, 3.5, 400, 90_000, 7_654_321]

/** Shown as the input has them, in every language. */
const QUOTED = new Set(['proof-counter', 'proof-log', 'proof-request', 'proof-syn'])
const IDS = Object.keys(CATALOGUES.en)

function sayings(lang: 'en' | 'zh', id: string, words: Message['values'] = WORDS): string[] {
  return NUMBERS.map((number) => {
    const values = new Proxy(words, {
      get: (own, key) => (typeof key === 'string' && Object.hasOwn(own, key) ? own[key] : number),
    })
    return sentenceOf(CATALOGUES[lang], { id, values, text: '' }) ?? ''
  })
}

describe('catalogues', () => {
  it('hold the same ids', () => {
    expect(Object.keys(CATALOGUES.zh).toSorted()).toEqual(IDS.toSorted())
  })

  it.each(['en', 'zh'] as const)('%s: every message says something whole, whatever the numbers', (lang) => {
    const bare: Message['values'] = { ...WORDS, crossing: false, process: '', serverName: '', task: '' }
    for (const id of IDS)
      for (const text of [...sayings(lang, id), ...sayings(lang, id, bare)]) {
        expect(text, id).toMatch(/^\S(?:.*\S)?$/)
        expect(text, id).not.toMatch(/undefined|null|NaN|Infinity|\[object| {2}|""|“”|（）|(?<!\w)\(\)/)
        expect(unbalanced(text), `${id}: ${text}`).toEqual([])
      }
  })

  it.each(['en', 'zh'] as const)('%s: statements and verdicts are one sentence each', (lang) => {
    for (const id of IDS.filter((name) => /^(?:statement|verdict)-/.test(name)))
      for (const text of sayings(lang, id)) {
        expect(text, id).toMatch(/[.。]$/)
        expect(text.slice(0, -1), id).not.toMatch(/\. |。/)
      }
  })

  it('speak different languages', () => {
    for (const id of IDS.filter((name) => !QUOTED.has(name)))
      for (const text of sayings('zh', id)) {
        expect(sayings('en', id), id).not.toContain(text)
        expect(text, id).toMatch(/[\p{Script=Han}，]/u)
      }
  })

  it('zh: a blank between Chinese and other letters or digits, and Chinese marks beside Chinese', () => {
    for (const id of IDS)
      for (const text of sayings('zh', id)) {
        expect(text, id).not.toMatch(/\p{Script=Han} \p{Script=Han}/u)
        expect(text, id).not.toMatch(/\p{Script=Han}[a-z0-9]|[a-z0-9]\p{Script=Han}/iu)
        expect(text, id).not.toMatch(
          /\p{Script=Han} ?[,;:!?()]|[,;:!?()] ?\p{Script=Han}|[，。：；（）、] | [，。：；（）、]/u,
        )
      }
  })

  it('en: one of a thing is not plural', () => {
    for (const id of IDS)
      expect(sayings('en', id)[2], id).not.toMatch(
        /\b1 (?:bytes|connections|resets|bursts|probes|packets|warnings|ports|events|retransmissions|attempts)\b/,
      )
  })

  it('give p-values with their sign', () => {
    const values = { matched: 5, of: 5, withinMs: 1, expected: 0.1, pValue: 0.0004 }
    for (const lang of ['en', 'zh'] as const) {
      const said = (pValue: number): string | undefined =>
        sentenceOf(CATALOGUES[lang], {
          id: 'bursts-follow-collections',
          values: { ...values, pValue },
          text: '',
        })
      expect(said(0.0004)).toMatch(/p < 0\.001/)
      expect(said(0.0031)).toMatch(/p = 0\.003/)
      expect(said(0.0004)).not.toContain('= <')
    }
  })

  it('zh: counts several endpoints', () => {
    const server = '10.0.0.2:80 and 41 others'
    const values = { by: '10.0.0.2', byServer: true, client: '10.0.0.1', server, count: 3, total: 5 }
    expect(sentenceOf(CATALOGUES.zh, { id: 'statement-process-exit', values, text: '' })).toBe(
      '10.0.0.2:80 等 42 个重置了来自 10.0.0.1 的 5 个连接中的 3 个：它的进程退出，所有连接随之断开。',
    )
  })
})

it('who sent a reset is told by the side, where both ends have one address', () => {
  const values = { by: '127.0.0.1', client: '127.0.0.1', server: '127.0.0.1:80', count: 3, total: 3 }
  const said = (byServer: boolean): string =>
    sentenceOf(CATALOGUES.en, { id: 'statement-unread-data', values: { ...values, byServer }, text: '' })
  expect(said(false)).toMatch(/^127\.0\.0\.1 reset 3 connections to 127\.0\.0\.1:80: /)
  expect(said(true)).toMatch(/^127\.0\.0\.1:80 reset 3 connections from 127\.0\.0\.1: /)
})

function unbalanced(text: string): string[] {
  const pairs = ['()', '（）', '“”', '《》', '[]']
  const open = pairs.filter(([left = '', right = '']) => text.split(left).length !== text.split(right).length)
  return text.split('"').length % 2 === 0 ? [...open, '"'] : open
}
