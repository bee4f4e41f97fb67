import type { Lang } from '@whyreset/report/page'
import type { Because } from './failure.ts'

/** The words of the site and of `serve`. */
export interface SiteWords {
  readonly title: string
  readonly lead: string
  readonly drop: string
  readonly chooseFiles: string
  readonly chooseFolder: string
  readonly example: string
  readonly exampleSays: string
  readonly reads: string
  readonly privacy: string
  readonly offline: string
  readonly reading: string
  readonly judging: string
  readonly stop: string
  readonly stopNow: string
  readonly stopped: string
  readonly failed: (because: Because) => string
  readonly openOther: string
  readonly incidents: string
  readonly incidentsLead: string
  readonly noIncidents: string
  readonly analysing: string
  readonly notAnalysed: string
  readonly nothingLost: string
  readonly live: string
  readonly lost: string
  readonly list: string
  readonly narrow: string
  readonly narrowed: (asked: string) => string
  readonly peer: string
  readonly from: string
  readonly to: string
  readonly ask: string
  readonly askAll: string
  readonly timeInView: string
  readonly wrongPeer: string
  readonly wrongTime: string
}

const en: SiteWords = {
  title: 'Who reset this connection?',
  lead: 'Open the evidence: who sent the reset, why, with what proof, and how to fix it.',
  drop: 'Drop captures, logs and socket tables here',
  chooseFiles: 'Choose files',
  chooseFolder: 'Choose a folder',
  example: 'Open the example incident',
  exampleSays: 'A Java client, 127 resets, and a garbage collector: 0.9 MB of evidence.',
  reads:
    'Reads pcap and pcapng; garbage-collection logs of JVM, V8, Go and .NET; ss, netstat and /proc/net/tcp; application logs; kernel traces; nstat. gzip is undone.',
  privacy:
    'Nothing is uploaded. Everything is read and judged in this browser; the page’s own policy forbids it to talk to any other server.',
  offline: 'Works offline after the first visit.',
  reading: 'Reading',
  judging: 'Looking for causes',
  stop: 'Stop, and show what is known',
  stopNow: 'Stop at once',
  stopped: 'The reading was stopped: this is what was known by then.',
  failed(because) {
    switch (because.id) {
      case 'no-evidence':
        return 'There is no evidence in what was chosen: captures, logs or socket tables were wanted.'
      case 'server-answered':
        return `It could not be read: the server answered ${because.status}.`
      case 'no-list':
        return 'It could not be read: the folder has no index.json with a list of its files.'
      case 'elsewhere':
        return 'It could not be read: only a folder below the address of this page can be opened.'
      case 'gzip':
        return `It could not be read: its gzip stream: ${because.reason}`
      case 'answer-too-large':
        return 'It could not be read: a saved answer of more than 256 MB, which --json never writes.'
      case 'answer-cut':
        return 'It could not be read: the saved answer is not whole. All that --json wrote is wanted.'
      case 'answer-wrong':
        return `It could not be read: the saved answer ${because.en}`
      case 'no-worker':
        return 'It could not be read: the analyser could not be loaded. Reload the page.'
      case 'stopped':
        return 'The reading was stopped.'
      case 'other':
        return `It could not be read: ${because.reason}`
    }
  },
  openOther: 'Open other evidence',
  incidents: 'Kept incidents',
  incidentsLead: 'The newest first; the list renews itself.',
  noIncidents: 'No evidence is kept in this folder yet.',
  analysing: 'analysing …',
  notAnalysed: 'could not be analysed',
  nothingLost: 'nothing was lost',
  live: 'live',
  lost: 'The server does not answer any more.',
  list: 'All incidents',
  narrow: 'Ask about one peer or time',
  narrowed: (asked) => `Asked about ${asked}`,
  peer: 'Peer',
  from: 'From',
  to: 'To',
  ask: 'Analyse again',
  askAll: 'All of it',
  timeInView: 'Time in view',
  wrongPeer:
    'An address was wanted: 10.91.1.2, 10.91.1.2:8080, 2001:db8::2 or [2001:db8::2]:8080. Names are not looked up.',
  wrongTime:
    'An ISO 8601 time was wanted: 2026-11-22T14:55:21Z, 2026-11-22T22:55:21+08:00; without a zone it is UTC.',
}

const zh: SiteWords = {
  title: '是谁重置了这个连接？',
  lead: '打开证据：谁发送了 RST、为什么、有何证据、如何修复。',
  drop: '将抓包文件、日志和套接字表拖到这里',
  chooseFiles: '选择文件',
  chooseFolder: '选择文件夹',
  example: '打开示例事件',
  exampleSays: '一个 Java 客户端、127 次重置和一个垃圾回收器：0.9 MB 的证据。',
  reads:
    '可读取 pcap 和 pcapng；JVM、V8、Go 和 .NET 的垃圾回收日志；ss、netstat 和 /proc/net/tcp；应用日志；内核跟踪；nstat。gzip 会自动解压。',
  privacy: '不会上传任何内容。一切都在此浏览器中读取和分析；本页自身的策略禁止与任何其他服务器通信。',
  offline: '首次访问后可离线使用。',
  reading: '正在读取',
  judging: '正在查找原因',
  stop: '停止，并显示已知内容',
  stopNow: '立即停止',
  stopped: '读取已停止：以下是当时已知的内容。',
  failed(because) {
    switch (because.id) {
      case 'no-evidence':
        return '所选内容中没有证据：需要抓包文件、日志或套接字表。'
      case 'server-answered':
        return `无法读取：服务器返回 ${because.status}。`
      case 'no-list':
        return '无法读取：该文件夹没有列出文件的 index.json。'
      case 'elsewhere':
        return '无法读取：只能打开本页地址之下的文件夹。'
      case 'gzip':
        return `无法读取：gzip 数据流有误：${because.reason}`
      case 'answer-too-large':
        return '无法读取：已保存的结论超过 256 MB，--json 不会写出这么大的文件。'
      case 'answer-cut':
        return '无法读取：已保存的结论不完整，需要 --json 写出的全部内容。'
      case 'answer-wrong':
        return `无法读取：已保存的结论：${because.zh}`
      case 'no-worker':
        return '无法读取：分析程序未能加载，请刷新页面。'
      case 'stopped':
        return '读取已停止。'
      case 'other':
        return `无法读取：${because.reason}`
    }
  },
  openOther: '打开其他证据',
  incidents: '保留的事件',
  incidentsLead: '最新的在前；列表自动更新。',
  noIncidents: '此文件夹中尚无证据。',
  analysing: '正在分析……',
  notAnalysed: '无法分析',
  nothingLost: '没有丢失任何内容',
  live: '实时',
  lost: '服务器不再响应。',
  list: '全部事件',
  narrow: '只看某个对端或时间段',
  narrowed: (asked) => `只看 ${asked}`,
  peer: '对端',
  from: '从',
  to: '到',
  ask: '重新分析',
  askAll: '全部',
  timeInView: '当前显示的时间段',
  wrongPeer: '需要一个地址：10.91.1.2、10.91.1.2:8080、2001:db8::2 或 [2001:db8::2]:8080。不会查询主机名。',
  wrongTime: '需要 ISO 8601 时间：2026-11-22T14:55:21Z、2026-11-22T22:55:21+08:00；没有时区时按 UTC。',
}

export const SITE_WORDS: Readonly<Record<Lang, SiteWords>> = { en, zh }
