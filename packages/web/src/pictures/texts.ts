import type { Mark, Outcome, Side } from '@whyreset/core'
import type { Lang } from '@whyreset/report/page'

/** The words of the pictures; causes, log words and sentences of the answer are report's and core's. */
export interface PictureTexts {
  readonly zoomIn: string
  readonly zoomOut: string
  readonly all: string
  readonly clockUtc: string
  readonly clockRelative: string
  readonly dragPans: string
  readonly dragSelects: string
  readonly previousBurst: string
  readonly nextBurst: string
  readonly bursts: (n: number) => string
  readonly burstOf: (n: number, of: number) => string
  readonly hint: string
  readonly lanesHint: string
  readonly timelineName: string
  readonly timelineSummary: (rows: readonly string[]) => string
  readonly lanesName: (n: number) => string
  readonly windowName: (from: string, to: string) => string
  readonly overview: string
  readonly refused: string
  readonly resetsOf: (cause: string) => string
  readonly otherResets: string
  readonly collectionsOf: (runtime: string) => string
  readonly logRow: (word: string, file: string) => string
  readonly kernelResets: string
  readonly openConnections: string
  readonly closeWait: (who: string) => string
  readonly unreadInSockets: (who: string) => string
  readonly resetItem: (client: string, server: string) => string
  readonly unread: (bytes: string) => string
  readonly silence: (length: string) => string
  readonly pause: (length: string) => string
  readonly followedBy: (resets: number, lag: string) => string
  readonly line: (file: string, line: number) => string
  readonly position: (n: number, of: number) => string
  readonly listed: (parts: readonly string[]) => string
  readonly inRow: (row: string, told: string) => string
  readonly chance: {
    readonly heading: (matched: number, of: number, within: string) => string
    readonly observed: string
    readonly expected: string
    readonly bursts: (n: string, of: number) => string
    readonly times: (factor: string) => string
    readonly oneIn: (isFewer: boolean, records: number, p: string) => string
    readonly lagHeading: string
    readonly lagNote: string
    readonly lagAxis: string
    readonly noBurst: (n: number) => string
  }
  readonly sortBy: string
  readonly ascending: string
  readonly descending: string
  readonly sorts: Readonly<Record<'start' | 'end' | 'duration' | 'bytes' | 'peer' | 'outcome', string>>
  readonly peer: string
  readonly port: string
  readonly cause: string
  readonly outcomeLabel: string
  readonly anyValue: string
  readonly dense: string
  readonly inGroup: (connections: number, resets: number) => string
  readonly shownOf: (shown: number, of: number) => string
  readonly sampled: (percent: string) => string
  readonly noLanes: string
  readonly outcomes: Readonly<Record<Outcome, string>>
  readonly sides: Readonly<Record<Side, string>>
  readonly legend: Readonly<
    Record<
      | 'handshake'
      | 'clientData'
      | 'serverData'
      | 'zeroWindow'
      | 'fin'
      | 'rst'
      | 'collection'
      | 'sent'
      | 'acked'
      | 'limit'
      | 'stall',
      string
    >
  >
  readonly bytes: (value: string) => string
  readonly openLadder: string
  readonly ladder: {
    readonly name: (client: string, server: string) => string
    readonly frame: string
    readonly time: string
    readonly gap: string
    readonly window: string
    readonly citedBy: string
    /** Heard after what a segment shows. */
    readonly proofOf: (cause: string) => string
    /** Heard before the name of a cause. */
    readonly causeOf: string
    readonly citedSegments: (n: number) => string
    readonly ownReset: string
    readonly filter: string
    readonly folded: (f: {
      segments: number
      data: number
      bytes: string
      acks: number
      keepalives: number
      zeroWindow: number
      retransmissions: number
      length: string
    }) => string
    readonly foldAll: string
    readonly unfoldAll: string
    readonly omitted: (n: number) => string
    readonly quiet: (length: string) => string
    readonly ended: (text: string) => string
    readonly unreadAtEnd: (bytes: string, side: string) => string
    readonly unreadUnknown: string
    readonly stalledAtEnd: (length: string) => string
    readonly none: (kept: number) => string
    readonly onPage: string
    readonly inTerminal: string
    readonly showOwn: string
    readonly fromPipe: string
    readonly filterOnly: string
    readonly notScaled: string
    readonly seen: (shown: number, of: number) => string
  }
  readonly marks: Readonly<Record<Mark, string>>
  readonly stalledFor: (length: string) => string
  readonly noData: string
}

const en: PictureTexts = {
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  all: 'All',
  clockUtc: 'UTC',
  clockRelative: 'since start',
  dragPans: 'Drag pans',
  dragSelects: 'Drag selects',
  previousBurst: 'Previous burst',
  nextBurst: 'Next burst',
  bursts: (n) => some(n, 'burst'),
  burstOf: (n, of) => `burst ${n} of ${of}`,
  hint: 'Drag to pan, Shift+drag to select a range, Ctrl+wheel or + − to zoom, Home for all. Arrows step through what happened, Enter chooses.',
  lanesHint:
    'Each line is a connection. Arrows up and down step through them, Enter opens the segments. Ctrl+wheel or + − zooms, Shift+arrows pan.',
  timelineName: 'Timeline of resets, collections, log errors and sockets',
  timelineSummary: (rows) => `Rows: ${rows.join('; ')}.`,
  lanesName: (n) => `${group(n)} connections as lanes over time`,
  windowName: (from, to) => `Bytes from ${from} to ${to} over time, and what the receiver had room for`,
  overview: 'Whole record: drag to choose what is shown',
  refused: 'refused connections',
  resetsOf: (cause) => `resets: ${cause}`,
  otherResets: 'resets: others',
  collectionsOf: (runtime) => `collections (${runtime})`,
  logRow: (word, file) => `log: ${word} · ${file}`,
  kernelResets: 'resets, by the kernel trace',
  openConnections: 'open connections',
  closeWait: (who) => `CLOSE_WAIT · ${who}`,
  unreadInSockets: (who) => `received, unread · ${who}`,
  resetItem: (client, server) => `reset: ${client} → ${server}`,
  unread: (bytes) => `${bytes} unread`,
  silence: (length) => `after ${length} of silence`,
  pause: (length) => `the program stood still for ${length}`,
  followedBy: (resets, lag) =>
    `followed by ${group(resets)} ${resets === 1 ? 'reset' : 'resets'} after ${lag}`,
  line: (file, line) => `${file} line ${line}`,
  position: (n, of) => `${group(n)} of ${group(of)}`,
  listed: (parts) => parts.join(', '),
  inRow: (row, told) => `${row}: ${told}`,
  chance: {
    heading: (matched, of, within) =>
      matched === of
        ? `${of === 1 ? 'The burst' : `All ${of} bursts`} began within ${within} of a collection`
        : `${matched} of ${of} bursts began within ${within} of a collection`,
    observed: 'observed',
    expected: 'by chance',
    bursts: (n, of) => `${n} of ${of} ${of === 1 ? 'burst' : 'bursts'}`,
    times: (factor) => `${factor} times what chance would give.`,
    oneIn: (isFewer, records, p) =>
      `Bursts that have nothing to do with collections look so in ${isFewer ? 'fewer than ' : ''}one record of ${group(records)} (p ${p}).`,
    lagHeading: 'Collection to burst',
    lagNote: 'One dot is one burst; bursts that only happen to fall near a collection would lie anywhere.',
    lagAxis: 'time since the last collection ended.',
    noBurst: (n) => `${group(n)} without a collection before.`,
  },
  sortBy: 'Order',
  ascending: 'ascending',
  descending: 'descending',
  sorts: {
    start: 'start',
    end: 'end',
    duration: 'duration',
    bytes: 'bytes',
    peer: 'peer',
    outcome: 'outcome',
  },
  peer: 'Peer',
  port: 'Port',
  cause: 'Cause',
  outcomeLabel: 'Outcome',
  anyValue: 'any',
  dense: 'Dense',
  inGroup: (connections, resets) => `${some(connections, 'connection')}, ${group(resets)} reset`,
  shownOf: (shown, of) => `${group(shown)} of ${group(of)} connections`,
  sampled: (percent) => `Of the connections that were not reset, ${percent} have a lane.`,
  noLanes: 'No connection fits.',
  outcomes: {
    reset: 'reset',
    refused: 'refused',
    closed: 'closed',
    'half-closed': 'half closed',
    open: 'open',
    unanswered: 'unanswered',
  },
  sides: { client: 'client', server: 'server' },
  legend: {
    handshake: 'handshake',
    clientData: 'data from the client',
    serverData: 'data from the server',
    zeroWindow: 'window at 0',
    fin: 'FIN',
    rst: 'RST',
    collection: 'collection',
    sent: 'sent',
    acked: 'acknowledged',
    limit: 'limit: acknowledged + window',
    stall: 'window at 0',
  },
  bytes: (value) => `${value} bytes`,
  openLadder: 'Enter shows its segments',
  ladder: {
    name: (client, server) => `Segments between ${client} and ${server}`,
    frame: 'frame',
    time: 'time',
    gap: 'gap',
    window: 'window',
    citedBy: 'what it proves',
    proofOf: (cause) => `(proof of: ${cause})`,
    causeOf: 'Cause: ',
    citedSegments: (n) => some(n, 'cited segment'),
    ownReset: 'the reset itself',
    filter: 'Wireshark filter',
    folded: (f) =>
      [
        f.data > 0 ? `${some(f.data, 'data segment')}, ${f.bytes}` : '',
        f.acks > 0 ? some(f.acks, 'acknowledgement') : '',
        f.keepalives > 0 ? some(f.keepalives, 'probe') : '',
        f.zeroWindow > 0
          ? `${group(f.zeroWindow)} ${f.zeroWindow === 1 ? 'answer' : 'answers'} with a window of 0`
          : '',
        f.retransmissions > 0 ? some(f.retransmissions, 'retransmission') : '',
        f.length,
      ]
        .filter((part) => part !== '')
        .join(', '),
    foldAll: 'Fold',
    unfoldAll: 'Unfold all',
    omitted: (n) => `${some(n, 'segment')} not kept`,
    quiet: (length) => `${length} of silence`,
    ended: (text) => `at the end: ${text}`,
    unreadAtEnd: (bytes, side) => `${bytes} received by the ${side} and never read`,
    unreadUnknown: 'how much was unread is not known',
    stalledAtEnd: (length) => `silent for ${length} before the reset`,
    none: (kept) =>
      kept === 0
        ? 'The segments of this connection are not on this page.'
        : `The segments of this connection are not on this page: it has those of ${some(kept, 'connection')}, the best cited ones first.`,
    onPage: 'on a page of its own',
    inTerminal: 'in a terminal',
    showOwn: 'Read its segments',
    fromPipe:
      'The capture came through a pipe, which passes once, so the first and last segments of each connection were kept. Save it to a file to see all.',
    filterOnly: 'Choose a connection.',
    notScaled: 'The handshake is not in the capture: windows are as written, not scaled.',
    seen: (shown, of) => `${group(shown)} of ${some(of, 'segment')}`,
  },
  marks: {
    retransmission: 'retransmission',
    'out-of-order': 'out of order',
    'gap-before': 'something before it was not captured',
    'zero-window': 'window 0',
    'window-update': 'window update',
    keepalive: 'keep-alive probe',
    'keepalive-answer': 'keep-alive answer',
    'second-sight': 'seen twice',
    'after-reset': 'after the reset',
  },
  stalledFor: (length) => `window 0 for ${length}`,
  noData: 'No data was sent in either direction.',
}

const zh: PictureTexts = {
  zoomIn: '放大',
  zoomOut: '缩小',
  all: '全部',
  clockUtc: 'UTC',
  clockRelative: '自开始',
  dragPans: '拖动平移',
  dragSelects: '拖动选取',
  previousBurst: '上一批',
  nextBurst: '下一批',
  bursts: (n) => `${group(n)} 批`,
  burstOf: (n, of) => `第 ${n} 批，共 ${of} 批`,
  hint: '拖动平移，Shift+拖动选取时间段，Ctrl+滚轮或 + − 缩放，Home 显示全部。方向键逐个查看事件，Enter 选中。',
  lanesHint: '每行是一个连接。上下方向键逐个查看，Enter 打开报文段。Ctrl+滚轮或 + − 缩放，Shift+方向键平移。',
  timelineName: '重置、垃圾回收、日志错误与套接字的时间线',
  timelineSummary: (rows) => `各行：${rows.join('；')}。`,
  lanesName: (n) => `${group(n)} 个连接随时间的泳道`,
  windowName: (from, to) => `${from}发往${to}的字节随时间的变化，以及接收方的余量`,
  overview: '整个记录：拖动选择显示的部分',
  refused: '被拒绝的连接',
  resetsOf: (cause) => `重置：${cause}`,
  otherResets: '重置：其他',
  collectionsOf: (runtime) => `垃圾回收（${runtime}）`,
  logRow: (word, file) => `日志：${word} · ${file}`,
  kernelResets: '内核跟踪中的重置',
  openConnections: '打开的连接',
  closeWait: (who) => `CLOSE_WAIT · ${who}`,
  unreadInSockets: (who) => `已收未读 · ${who}`,
  resetItem: (client, server) => `重置：${client} → ${server}`,
  unread: (bytes) => `${bytes} 未读`,
  silence: (length) => `此前静默 ${length}`,
  pause: (length) => `程序停顿 ${length}`,
  followedBy: (resets, lag) => `${lag} 后出现 ${group(resets)} 个重置`,
  line: (file, line) => `${file} 第 ${line} 行`,
  position: (n, of) => `第 ${group(n)} 个，共 ${group(of)} 个`,
  listed: (parts) => parts.join('，'),
  inRow: (row, told) => `${row}：${told}`,
  chance: {
    heading: (matched, of, within) =>
      matched === of
        ? `全部 ${of} 批都在一次回收后 ${within} 内开始`
        : `${of} 批中有 ${matched} 批在一次回收后 ${within} 内开始`,
    observed: '实际观察',
    expected: '偶然预期',
    bursts: (n, of) => `${of} 批中的 ${n} 批`,
    times: (factor) => `是偶然预期的 ${factor} 倍。`,
    oneIn: (isFewer, records, p) =>
      `若成批重置与回收无关，每 ${group(records)} 份记录中${isFewer ? '不到' : '约有'}一份会如此（p ${p}）。`,
    lagHeading: '从回收到成批重置',
    lagNote: '每个点是一批；若只是碰巧落在回收附近，点会散布在各处。',
    lagAxis: '距上一次回收结束的时间。',
    noBurst: (n) => `${group(n)} 批之前没有回收。`,
  },
  sortBy: '排序',
  ascending: '升序',
  descending: '降序',
  sorts: { start: '开始', end: '结束', duration: '时长', bytes: '字节', peer: '对端', outcome: '结局' },
  peer: '对端',
  port: '端口',
  cause: '原因',
  outcomeLabel: '结局',
  anyValue: '不限',
  dense: '紧凑',
  inGroup: (connections, resets) => `${group(connections)} 个连接，${group(resets)} 个被重置`,
  shownOf: (shown, of) => `${group(of)} 个连接中的 ${group(shown)} 个`,
  sampled: (percent) => `未被重置的连接中，${percent} 有泳道。`,
  noLanes: '没有符合的连接。',
  outcomes: {
    reset: '被重置',
    refused: '被拒绝',
    closed: '已关闭',
    'half-closed': '半关闭',
    open: '仍打开',
    unanswered: '无应答',
  },
  sides: { client: '客户端', server: '服务器' },
  legend: {
    handshake: '握手',
    clientData: '客户端的数据',
    serverData: '服务器的数据',
    zeroWindow: '窗口为 0',
    fin: 'FIN',
    rst: 'RST',
    collection: '垃圾回收',
    sent: '已发送',
    acked: '已确认',
    limit: '上限：已确认 + 窗口',
    stall: '窗口为 0',
  },
  bytes: (value) => `${value} 字节`,
  openLadder: 'Enter 显示报文段',
  ladder: {
    name: (client, server) => `${client} 与 ${server} 之间的报文段`,
    frame: '帧',
    time: '时间',
    gap: '间隔',
    window: '窗口',
    citedBy: '证明什么',
    proofOf: (cause) => `（证明：${cause}）`,
    causeOf: '原因：',
    citedSegments: (n) => `引用了 ${group(n)} 个报文段`,
    ownReset: '重置本身',
    filter: 'Wireshark 过滤器',
    folded: (f) =>
      [
        f.data > 0 ? `${group(f.data)} 个数据段，${f.bytes}` : '',
        f.acks > 0 ? `${group(f.acks)} 个确认` : '',
        f.keepalives > 0 ? `${group(f.keepalives)} 个探测` : '',
        f.zeroWindow > 0 ? `${group(f.zeroWindow)} 个窗口为 0 的应答` : '',
        f.retransmissions > 0 ? `${group(f.retransmissions)} 个重传` : '',
        f.length,
      ]
        .filter((part) => part !== '')
        .join('，'),
    foldAll: '折叠',
    unfoldAll: '全部展开',
    omitted: (n) => `${group(n)} 个报文段未保留`,
    quiet: (length) => `静默 ${length}`,
    ended: (text) => `结束时：${text}`,
    unreadAtEnd: (bytes, side) => `${side}收到 ${bytes}，始终未读`,
    unreadUnknown: '未读多少不得而知',
    stalledAtEnd: (length) => `重置前静默 ${length}`,
    none: (kept) =>
      kept === 0
        ? '本页没有此连接的报文段。'
        : `本页没有此连接的报文段：只有 ${group(kept)} 个连接的，引用最多的在前。`,
    onPage: '单独成页',
    inTerminal: '在终端中',
    showOwn: '读取它的报文段',
    fromPipe: '抓包来自管道，只能读取一次，因此每个连接只保留了开头和结尾的报文段。请保存为文件以查看全部。',
    filterOnly: '请选择一个连接。',
    notScaled: '抓包中没有握手：窗口为原始值，未按比例换算。',
    seen: (shown, of) => `${group(of)} 个报文段中的 ${group(shown)} 个`,
  },
  marks: {
    retransmission: '重传',
    'out-of-order': '乱序',
    'gap-before': '此前有报文段未被捕获',
    'zero-window': '窗口 0',
    'window-update': '窗口更新',
    keepalive: '保活探测',
    'keepalive-answer': '保活应答',
    'second-sight': '重复捕获',
    'after-reset': '重置之后',
  },
  stalledFor: (length) => `窗口为 0 持续 ${length}`,
  noData: '两个方向都没有数据。',
}

export const TEXTS: Readonly<Record<Lang, PictureTexts>> = { en, zh }

/** `1,204`: the same in both languages. */
export function group(value: number): string {
  return Math.round(value).toLocaleString('en')
}

/** `119,808`, `1.2 MB`. */
export function size(bytes: number): string {
  if (bytes < 1e6) return `${group(bytes)} B`
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`
}

function some(n: number, one: string, many = `${one}s`): string {
  return `${group(n)} ${n === 1 ? one : many}`
}
