import type { Change, Chance, ComparedSide, Warning } from '@whyreset/core'
import type { Lang } from '../messages/lang.ts'
import { count, decimal, duration, significance } from '../messages/numbers.ts'

/** The words that a comparison adds to those of an answer. */
export interface CompareLabels {
  readonly before: string
  readonly after: string
  readonly note: string
  /** How connections come and go. */
  readonly churn: string
  readonly chance: string
  readonly cause: string
  readonly change: Readonly<Record<Change, string>>
  readonly notLookedFor: string
  readonly warning: Readonly<Record<Warning['kind'], string>>
  readonly side: (side: ComparedSide) => string
  /** `127 of 225 connections; 564 per 1,000; 117 a minute`. */
  readonly share: (connections: number, of: number) => string
  readonly per1000: (n: number) => string
  readonly perMinute: (n: number) => string
  readonly stuck: (connections: number) => string
  readonly tested: (chance: Chance) => string
  readonly couldBeChance: string
  readonly withinChance: string
  readonly tooShort: string
  readonly tell: (needed: NonNullable<Chance['wouldTell']>) => string
}

const en: CompareLabels = {
  before: 'before',
  after: 'after',
  note: 'note',
  churn: 'churn',
  chance: 'chance',
  cause: 'cause',
  change: { gone: 'gone', stayed: 'stayed', new: 'new', incomparable: 'unclear' },
  notLookedFor: 'could not be looked for',
  warning: {
    'close-wait-leak': 'CLOSE_WAIT',
    'stalled-reader': 'stalled readers',
    'unanswered-data': 'unanswered data',
  },
  side: (side) =>
    [
      `${plural(side.connections, 'connection')}${side.minutes === undefined ? '' : ` in ${duration(side.minutes * 60)}`}${
        side.connectionsPerMinute === undefined ? '' : ` (${decimal(side.connectionsPerMinute)} a minute)`
      }`,
      `${count(side.reset)} reset`,
      ...(side.refused === 0 ? [] : [`${count(side.refused)} refused`]),
      `${count(side.gracefullyClosed)} closed`,
      `${count(side.open)} open`,
      plural(side.socketTables, 'socket table'),
    ].join(', '),
  share: (connections, of) =>
    of < connections
      ? plural(connections, 'connection')
      : `${count(connections)} of ${plural(of, 'connection')}`,
  per1000: (n) => `${decimal(n)} per 1,000`,
  perMinute: (n) => `${decimal(n)} a minute`,
  stuck: (connections) => plural(connections, 'connection'),
  tested: ({ before, after, per, pValue }) =>
    `${plural(before, 'burst')} before, ${count(after)} after${pValue === undefined ? '' : `: ${significance(pValue)}`}${
      per === undefined ? '' : ` (by ${PER[per]})`
    }`,
  couldBeChance: 'could be chance',
  withinChance: 'within chance',
  tooShort: 'too short to tell',
  tell: ({ collections, minutes, connections }) =>
    `to tell: ${
      collections !== undefined
        ? plural(collections, 'collection')
        : minutes !== undefined
          ? duration(minutes * 60)
          : plural(connections ?? 0, 'connection')
    } without one`,
}

const zh: CompareLabels = {
  before: '之前',
  after: '之后',
  note: '说明',
  churn: '更替',
  chance: '巧合',
  cause: '原因',
  change: { gone: '消失', stayed: '仍在', new: '新增', incomparable: '不明' },
  notLookedFor: '无从查找',
  warning: {
    'close-wait-leak': 'CLOSE_WAIT',
    'stalled-reader': '停滞的读取方',
    'unanswered-data': '无应答的数据',
  },
  side: (side) =>
    [
      `${side.minutes === undefined ? '' : `${duration(side.minutes * 60)} 内 `}${count(side.connections)} 个连接${
        side.connectionsPerMinute === undefined ? '' : `（每分钟 ${decimal(side.connectionsPerMinute)} 个）`
      }`,
      `${count(side.reset)} 个被重置`,
      ...(side.refused === 0 ? [] : [`${count(side.refused)} 个被拒绝`]),
      `${count(side.gracefullyClosed)} 个正常关闭`,
      `${count(side.open)} 个未关闭`,
      `${count(side.socketTables)} 份套接字表`,
    ].join('，'),
  share: (connections, of) =>
    of < connections ? `${count(connections)} 个连接` : `${count(of)} 个连接中有 ${count(connections)} 个`,
  per1000: (n) => `每千个 ${decimal(n)} 个`,
  perMinute: (n) => `每分钟 ${decimal(n)} 个`,
  stuck: (connections) => `${count(connections)} 个连接`,
  tested: ({ before, after, per, pValue }) =>
    `突发次数：之前 ${count(before)}，之后 ${count(after)}${pValue === undefined ? '' : `；${significance(pValue)}`}${
      per === undefined ? '' : `（按${PER_ZH[per]}）`
    }`,
  couldBeChance: '可能是巧合',
  withinChance: '差别在巧合范围内',
  tooShort: '运行太短，无法判定',
  tell: ({ collections, minutes, connections }) =>
    `要判定：须${
      collections !== undefined
        ? `经 ${count(collections)} 次回收`
        : minutes !== undefined
          ? `运行 ${duration(minutes * 60)} `
          : `有 ${count(connections ?? 0)} 个连接`
    }而一次也不出现`,
}

export const COMPARE_LABELS: Readonly<Record<Lang, CompareLabels>> = { en, zh }

const PER: Readonly<Record<NonNullable<Chance['per']>, string>> = {
  collections: 'collections',
  minutes: 'time',
  connections: 'connections',
}

const PER_ZH: Readonly<Record<NonNullable<Chance['per']>, string>> = {
  collections: '回收次数',
  minutes: '时间',
  connections: '连接数',
}

function plural(n: number, noun: string): string {
  return n === 1 ? `1 ${noun}` : `${count(n)} ${noun}s`
}
