import type { Lang } from '@whyreset/report/page'
import type { View } from './address.ts'

/** The words of the page itself; those of the answer are report's LABELS and core's messages. */
export interface Words {
  readonly views: Readonly<Record<View, string>>
  readonly language: string
  readonly toDark: string
  readonly toLight: string
  readonly skip: string
  readonly menu: string
  readonly copy: string
  readonly copied: string
  readonly filter: string
  readonly filterHint: string
  readonly cause: string
  readonly allCauses: string
  readonly clear: string
  readonly exportCsv: string
  readonly more: (n: number) => string
  readonly rows: (shown: number, all: number) => string
  readonly printed: (n: number, all: number) => string
  readonly nothing: string
  readonly noExhibits: string
  readonly noPicture: string
  readonly noLanes: string
  readonly noConnection: string
  readonly wholeTime: string
  readonly previous: string
  readonly next: string
  readonly incident: (n: number) => string
  readonly connectionHeading: string
  readonly laneHeading: string
  readonly ladderHeading: string
  readonly windowHeading: string
  readonly evidence: string
  readonly ruledOut: string
  readonly summary: Readonly<
    Record<'connections' | 'reset' | 'refused' | 'gracefullyClosed' | 'open' | 'packets' | 'duration', string>
  >
  readonly columns: Readonly<Record<ColumnWord, string>>
  readonly severity: Readonly<Record<'error' | 'warning' | 'info', string>>
  readonly phase: Readonly<
    Record<'handshake' | 'request' | 'response' | 'idle' | 'closing' | 'data' | 'unseen', string>
  >
  readonly comparison: string
  readonly madeBy: string
  readonly damaged: string
  readonly sampled: (percent: string) => string
}

type ColumnWord =
  | 'number'
  | 'severity'
  | 'cause'
  | 'resetBy'
  | 'client'
  | 'server'
  | 'connections'
  | 'confidence'
  | 'from'
  | 'time'
  | 'phase'
  | 'unread'
  | 'silence'
  | 'frame'
  | 'stream'
  | 'file'
  | 'process'
  | 'pid'
  | 'peer'
  | 'closeWait'
  | 'unreadNow'
  | 'growth'
  | 'oldest'
  | 'says'
  | 'host'
  | 'asClient'
  | 'asServer'
  | 'sent'
  | 'received'
  | 'bytes'
  | 'sockets'
  | 'kind'
  | 'records'
  | 'range'
  | 'problems'
  | 'fix'

const en: Words = {
  views: {
    answer: 'Answer',
    timeline: 'Timeline',
    connection: 'Connection',
    findings: 'Findings',
    incidents: 'Incidents',
    leaks: 'Leaks',
    hosts: 'Hosts',
    inputs: 'Evidence',
  },
  language: '简体中文',
  toDark: 'Dark colours',
  toLight: 'Light colours',
  skip: 'Skip to the answer',
  menu: 'Views',
  copy: 'Copy',
  copied: 'Copied',
  filter: 'Filter',
  filterHint: 'address, port, process …',
  cause: 'Cause',
  allCauses: 'all causes',
  clear: 'Show all',
  exportCsv: 'Export CSV',
  more: (n) => `${n.toLocaleString('en')} more`,
  rows: (shown, all) => {
    const counted = `${all.toLocaleString('en')} ${all === 1 ? 'row' : 'rows'}`
    return shown === all ? counted : `${shown.toLocaleString('en')} of ${counted}`
  },
  printed: (n, all) =>
    `The first ${n.toLocaleString('en')} of ${all.toLocaleString('en')} rows; the page and its CSV have all of them.`,
  nothing: 'Nothing of this kind was found in the evidence.',
  noExhibits: 'This is a saved answer: it has no pictures. Analyse its evidence again to see them.',
  noPicture: 'This picture could not be drawn. The tables have what it would show.',
  noLanes:
    'There are no lanes: the captures could not be looked at for them, because the reading was stopped or a file has gone. Save the capture to a file and name it: whyreset FILE --html page.html',
  noConnection: 'Choose a connection: a lane of the timeline, or a row of the incidents.',
  wholeTime: 'Whole time',
  previous: 'Previous',
  next: 'Next',
  incident: (n) => `Incident ${n.toLocaleString('en')}`,
  connectionHeading: 'Connection',
  laneHeading: 'Connections',
  ladderHeading: 'Segments',
  windowHeading: 'Sent, acknowledged, allowed',
  evidence: 'What was read',
  ruledOut: 'What it was not',
  summary: {
    connections: 'connections',
    reset: 'reset',
    refused: 'refused',
    gracefullyClosed: 'closed',
    open: 'open',
    packets: 'packets',
    duration: 'time',
  },
  columns: {
    number: '№',
    severity: 'Severity',
    cause: 'Cause',
    resetBy: 'Reset by',
    client: 'Client',
    server: 'Server',
    connections: 'Connections',
    confidence: 'Confidence',
    from: 'First',
    time: 'Time (UTC)',
    phase: 'Phase',
    unread: 'Unread bytes',
    silence: 'Silence, ms',
    frame: 'Frame',
    stream: 'tcp.stream',
    file: 'File',
    process: 'Process',
    pid: 'pid',
    peer: 'Peer',
    closeWait: 'CLOSE_WAIT',
    unreadNow: 'Bytes unread',
    growth: 'A minute',
    oldest: 'Oldest, s',
    says: 'Statement',
    host: 'Host',
    asClient: 'As client',
    asServer: 'As server',
    sent: 'Resets sent',
    received: 'Resets received',
    bytes: 'Bytes sent',
    sockets: 'Sockets',
    kind: 'Kind',
    records: 'Records',
    range: 'Time (UTC)',
    problems: 'Problems',
    fix: 'Fix',
  },
  severity: { error: 'error', warning: 'warning', info: 'harmless' },
  phase: {
    handshake: 'handshake',
    request: 'request',
    response: 'response',
    idle: 'idle',
    closing: 'closing',
    data: 'data',
    unseen: 'unseen',
  },
  comparison: 'Comparison',
  madeBy: 'Made by whyreset. Nothing on this page was loaded from a network.',
  damaged: 'The data of this page cannot be read: the file is cut short or was changed.',
  sampled: (percent) => `Of connections that were not reset, ${percent} are counted here.`,
}

const zh: Words = {
  views: {
    answer: '结论',
    timeline: '时间线',
    connection: '连接',
    findings: '发现',
    incidents: '事件',
    leaks: '泄漏',
    hosts: '主机',
    inputs: '输入',
  },
  language: 'English',
  toDark: '深色',
  toLight: '浅色',
  skip: '跳到结论',
  menu: '视图',
  copy: '复制',
  copied: '已复制',
  filter: '筛选',
  filterHint: '地址、端口、进程……',
  cause: '原因',
  allCauses: '全部原因',
  clear: '显示全部',
  exportCsv: '导出 CSV',
  more: (n) => `另外 ${n.toLocaleString('en')} 项`,
  rows: (shown, all) =>
    shown === all
      ? `${all.toLocaleString('en')} 行`
      : `${all.toLocaleString('en')} 行中的 ${shown.toLocaleString('en')} 行`,
  printed: (n, all) =>
    `前 ${n.toLocaleString('en')} 行，共 ${all.toLocaleString('en')} 行；全部见网页及其 CSV。`,
  nothing: '证据中没有这一类内容。',
  noExhibits: '这是已保存的结论，不含图表。要查看图表，请重新分析其证据。',
  noPicture: '无法绘制此图。表格中有其内容。',
  noLanes:
    '没有泳道：读取被中止，或文件已不在，未能为此查看抓包。请把抓包保存为文件并给出文件名：whyreset FILE --html page.html',
  noConnection: '请选择一个连接：时间线中的一行，或事件表中的一行。',
  wholeTime: '全部时间',
  previous: '上一个',
  next: '下一个',
  incident: (n) => `事件 ${n.toLocaleString('en')}`,
  connectionHeading: '连接',
  laneHeading: '连接',
  ladderHeading: '报文段',
  windowHeading: '已发送、已确认、允许发送',
  evidence: '输入的证据',
  ruledOut: '已排除的原因',
  summary: {
    connections: '连接',
    reset: '被重置',
    refused: '被拒绝',
    gracefullyClosed: '正常关闭',
    open: '未关闭',
    packets: '报文',
    duration: '时长',
  },
  columns: {
    number: '序号',
    severity: '严重程度',
    cause: '原因',
    resetBy: '重置方',
    client: '客户端',
    server: '服务端',
    connections: '连接数',
    confidence: '可信度',
    from: '首次',
    time: '时间（UTC）',
    phase: '阶段',
    unread: '未读字节',
    silence: '静默（ms）',
    frame: '帧',
    stream: 'tcp.stream',
    file: '文件',
    process: '进程',
    pid: 'pid',
    peer: '对端',
    closeWait: 'CLOSE_WAIT',
    unreadNow: '未读字节',
    growth: '每分钟',
    oldest: '最久（s）',
    says: '说明',
    host: '主机',
    asClient: '作为客户端',
    asServer: '作为服务端',
    sent: '发出的重置',
    received: '收到的重置',
    bytes: '发送字节',
    sockets: '套接字',
    kind: '类型',
    records: '记录数',
    range: '时间（UTC）',
    problems: '问题',
    fix: '修复',
  },
  severity: { error: '错误', warning: '警告', info: '无害' },
  phase: {
    handshake: '握手',
    request: '请求',
    response: '响应',
    idle: '空闲',
    closing: '关闭',
    data: '数据',
    unseen: '未见',
  },
  comparison: '比较',
  madeBy: '由 whyreset 生成。本页没有从网络加载任何内容。',
  damaged: '本页的数据无法读取：文件被截断或被修改。',
  sampled: (percent) => `未被重置的连接中，此处统计了 ${percent}。`,
}

export const WORDS: Readonly<Record<Lang, Words>> = { en, zh }
