import type {
  CauseId,
  CloseWaitValues,
  CompareCauseValues,
  CompareMessageValues,
  CompareWarningValues,
  InputKind,
  Lack,
} from '@whyreset/core'
import { ZH_LABELS } from './zh-labels.ts'
import { count, decimal, duration, significance } from './numbers.ts'

type CompareSentences = {
  readonly [K in keyof CompareMessageValues]: (values: CompareMessageValues[K]) => string
}

/** The Chinese of a comparison's sentences. */
export const COMPARE_SENTENCES_ZH: CompareSentences = {
  'compare-verdict': (v) => spaced(`${causeSentence(v)}${alsoSentence(v)}${closeWaitSentence(v)}`),
  'compare-verdict-no-causes': (v) =>
    spaced(
      `前后均无损失：之前 ${count(v.beforeOf)} 个连接，之后 ${count(v.afterOf)} 个连接。${closeWaitSentence(v)}`,
    ),
  'compare-verdict-nothing': (v) => spaced(`重置无法比较：${lacks(v)}。${closeWaitSentence(v)}`),
  'compare-cause': (v) => spaced(causeSentence(v)),
  'compare-warning': (v) => spaced(warningSentence(v)),
  'compare-service': (v) =>
    `${v.server}：之前${came(v.before, v.beforePerMinute)}${lived(v.beforeMedianSeconds)}，之后${came(v.after, v.afterPerMinute)}${lived(v.afterMedianSeconds)}`,
  'compare-note-lack': lacks,
  'compare-note-matched': (v) => `两侧地址不同，有 ${count(v.count)} 项${MATCHED[v.matchedBy]}`,
  'compare-note-load': (v) =>
    `每分钟连接数：之前 ${decimal(v.before)}，之后 ${decimal(v.after)}；若只是流量不同而非改动所致，差别可能是巧合（${significance(v.pValue)}）`,
  'compare-note-evidence': (v) =>
    `${side(v.side)}没有${kindName(v.evidence)}，另一侧有：其原因可能判得较粗，或者漏掉`,
  'compare-note-log-only': (v) =>
    `${side(v.side)}：同一时段的日志报告了 ${count(v.events)} 次重置，抓包中没有`,
  'compare-note-interrupted': (v) => `${side(v.side)}读取时被中断：没有读完`,
  'compare-note-omitted': (v) => `${side(v.side)}：另有 ${count(v.resets)} 次重置只计数，未分原因`,
  'compare-note-damaged': (v) =>
    `${side(v.side)}：${count(v.inputs)} 个输入损坏或无法读取，缺失的部分无从比较`,
}

/** A blank between Chinese and letters or digits. */
function spaced(text: string): string {
  return text
    .replace(/(\p{Script=Han})(?=[A-Za-z0-9])/gu, '$1 ')
    .replace(/([A-Za-z0-9])(?=\p{Script=Han})/gu, '$1 ')
}

function causeSentence(v: CompareCauseValues): string {
  const subject = subjectOf(v.cause)
  switch (v.change) {
    case 'gone':
      return v.couldBeChance
        ? `之后没有${subject}，但可能只是巧合：${counts(v)}${tested(v)}。${wouldTell(v)}`
        : `${subject}消失了：${counts(v)}${tested(v)}。`
    case 'new':
      return `${v.couldBeChance ? '新出现，也可能是巧合' : '新出现'}：${subject}，${counts(v)}${tested(v)}。`
    case 'stayed':
      return `${subject}仍然存在${renamed(v)}：${counts(v)}${trend(v)}。`
    case 'incomparable':
      return `${subject}无法比较：${lacks(v)}；${counts(v)}。`
  }
}

function renamed({ causeAfter }: CompareCauseValues): string {
  return causeAfter === undefined ? '' : `（就现有证据看，之后判为${subjectOf(causeAfter)}）`
}

function counts({ before, beforeOf, after, afterOf }: Partial<CompareCauseValues>): string {
  return [
    before === undefined ? '' : `之前 ${share(before, beforeOf)}`,
    after === undefined ? '' : `之后 ${share(after, afterOf)}`,
  ]
    .filter((part) => part !== '')
    .join('，')
}

function share(n: number, of: number | undefined): string {
  return of === undefined || of < n ? `${count(n)} 个连接` : `${count(of)} 个连接中有 ${count(n)} 个`
}

function tested({ pValue }: CompareCauseValues): string {
  return pValue === undefined ? '' : `（若为巧合，${significance(pValue)}）`
}

function trend(v: CompareCauseValues): string {
  const { trend: direction, pValue, burstsBefore = 0, burstsAfter = 0 } = v
  if (direction === undefined || pValue === undefined) return ''
  const bursts = `突发次数 ${count(burstsBefore)} 与 ${count(burstsAfter)}`
  if (direction === 'same') return `（${bursts}：差别可能是巧合，${significance(pValue)}）`
  return `（${bursts}：比率${direction === 'lower' ? '下降' : '上升'}；若为巧合，${significance(pValue)}）`
}

function wouldTell({ tellCollections, tellMinutes, tellConnections }: CompareCauseValues): string {
  if (tellCollections !== undefined) return `要判定，须经 ${count(tellCollections)} 次回收而一次也不出现。`
  if (tellMinutes !== undefined) return `要判定，须运行 ${duration(tellMinutes * 60)} 而一次也不出现。`
  return tellConnections === undefined ? '' : `要判定，须有 ${count(tellConnections)} 个连接而一次也不出现。`
}

function alsoSentence({ also, cause: main }: CompareMessageValues['compare-verdict']): string {
  const byChange = new Map<string, string[]>()
  for (const item of also.split(', ')) {
    const [change = '', cause = ''] = item.split(' ')
    const word = CHANGES.get(change)
    if (word === undefined) continue
    const subject = `${cause === main ? '另一服务的' : ''}${subjectOf(cause)}`
    byChange.set(word, [...(byChange.get(word) ?? []), subject])
  }
  return Array.from(byChange, ([word, subjects]) => `另外，${word}：${subjects.join('、')}。`).join('')
}

function closeWaitSentence(v: CloseWaitValues): string {
  if (v.closeWait === undefined) return ''
  return warningSentence({
    kind: 'close-wait-leak',
    change: v.closeWait,
    couldBeChance: v.closeWaitChance ?? false,
    ...(v.closeWaitBefore === undefined ? {} : { before: v.closeWaitBefore }),
    ...(v.closeWaitAfter === undefined ? {} : { after: v.closeWaitAfter }),
    ...(v.closeWaitTellMinutes === undefined ? {} : { tellMinutes: v.closeWaitTellMinutes }),
    ...(v.closeWaitSide === undefined ? {} : { side: v.closeWaitSide }),
    ...(v.closeWaitLack === undefined ? {} : { lack: v.closeWaitLack }),
  })
}

function warningSentence(v: CompareWarningValues): string {
  const subject = v.kind === 'close-wait-leak' ? 'CLOSE_WAIT' : '停滞的读取方'
  const { before, after } = v
  const told = counts({
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  })
  switch (v.change) {
    case 'gone': {
      if (!v.couldBeChance) return `${subject}消失了：${told}。`
      const run = v.tellMinutes === undefined ? '' : `要判定，须运行 ${duration(v.tellMinutes * 60)}。`
      return `${subject}：${told}，但之后运行太短，不足以积累到同样多。${run}`
    }
    case 'new':
      return `新出现：${subject}，${told}${v.couldBeChance ? '；之前运行太短，未必显现' : ''}。`
    case 'stayed':
      return `${subject}仍然存在：${told}。`
    case 'incomparable':
      return `${subject}无法比较：${lacks(v)}；${told}。`
  }
}

function lacks({
  side: which = 'after',
  lack = 'packets',
}: Pick<CompareCauseValues, 'side' | 'lack'>): string {
  return `${side(which)}${LACKS[lack]}`
}

function side(which: 'before' | 'after'): string {
  return which === 'before' ? '之前一侧' : '之后一侧'
}

function kindName(kind: InputKind): string {
  return ZH_LABELS.inputKind[kind]
}

function came(connections: number, perMinute: number | undefined): string {
  return perMinute === undefined ? ` ${count(connections)} 个连接` : `每分钟 ${decimal(perMinute)} 个连接`
}

function lived(medianSeconds: number | undefined): string {
  return medianSeconds === undefined ? '' : `（存活时间中位数 ${duration(medianSeconds)}）`
}

function subjectOf(cause: string): string {
  const subjects: Readonly<Record<string, string>> = SUBJECTS
  return (Object.hasOwn(subjects, cause) ? subjects[cause] : undefined) ?? cause
}

const LACKS: Readonly<Record<Lack, string>> = {
  packets: '没有报文',
  connections: '没有 TCP 连接',
  service: '没有到该服务的连接',
  'socket-table': '没有套接字表',
  'second-socket-table': '只有一份套接字表，需要相隔数秒的两份',
  'app-log': '没有应用日志',
}

const CHANGES: ReadonlyMap<string, string> = new Map([
  ['gone', '消失'],
  ['maybe-gone', '消失或巧合'],
  ['stayed', '仍存在'],
  ['new', '新出现'],
  ['maybe-new', '新出现或巧合'],
  ['incomparable', '无法比较'],
])

const MATCHED: Readonly<Record<CompareMessageValues['compare-note-matched']['matchedBy'], string>> = {
  endpoints: '按地址对应',
  server: '按服务端地址对应（客户端不同）',
  port: '按服务端口对应',
  cause: '仅按原因对应',
  kin: '按重置方和端口对应（原因名称不同）',
}

const SUBJECTS: Readonly<Record<CauseId, string>> = {
  'garbage-collected': '垃圾回收引起的重置',
  'unread-data': '数据未读完就关闭引起的重置',
  'request-unread': '请求未读完引起的重置',
  'caller-gave-up': '客户端中途放弃引起的重置',
  'process-exit': '进程退出引起的重置',
  'listener-closed': '停止监听引起的重置',
  'tls-failure': 'TLS 失败后的重置',
  'abortive-close': '有意的重置',
  'idle-timeout-reset': '空闲超时引起的重置',
  'keep-alive-race': '长连接复用竞争引起的重置',
  'data-after-close': '关闭后仍有数据引起的重置',
  'half-open': '半开连接的重置',
  'port-reuse': '端口复用引起的重置',
  'connection-refused': '连接被拒绝',
  'accept-queue-overflow': 'accept 队列已满引起的重置',
  'keepalive-timeout': '保活探测无应答后的重置',
  'retransmission-timeout': '重传无应答后的重置',
  'middlebox-idle-timeout': '中间设备空闲超时引起的重置',
  'policy-reject': '防火墙或策略引起的重置',
  'injected-reset': '伪造的重置',
  'nat-state-lost': 'NAT 表项丢失引起的重置',
  'health-probe': '健康检查的重置',
  'port-scan': '端口扫描的重置',
  'late-reset': '迟到的重置',
  'ignored-reset': '未生效的重置',
  'no-reset-on-wire': '只有日志报告的重置',
  unknown: '原因未知的重置',
}
