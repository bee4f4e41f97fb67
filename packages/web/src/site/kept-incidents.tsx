import type { VNode } from 'preact'
import { bytes as sizeOf, type Message, type Severity } from '@whyreset/core'
import { CAUSE_TITLES, renderMessage, timeRange } from '@whyreset/report/page'
import { usePage } from '../frame/page-context.ts'
import { show } from '../show.ts'
import { SITE_WORDS } from './site-words.ts'

/** One evidence folder of `serve`, as `incidents.json` and its events tell of it. */
interface KeptIncident {
  /** Name of the folder, below the served one; `.` is itself. */
  readonly folder: string
  readonly bytes: number
  readonly files: number
  /** From the folder's name, where watch gave it one. */
  readonly time?: string
  readonly target?: string
  readonly state: 'analysing' | 'analysed' | 'failed'
  readonly findings?: readonly {
    readonly cause: string
    readonly severity: Severity
    readonly confidence: number
    readonly statement: Message
  }[]
  readonly warnings?: readonly Message[]
}

export interface KeptList {
  readonly incidents: readonly KeptIncident[]
  readonly isLive: boolean
}

/** Follows the list as it grows; the browser reconnects by itself. */
export function followIncidents(onList: (list: KeptList) => void): void {
  let incidents: readonly KeptIncident[] = []
  const events = new EventSource('events')
  events.addEventListener('message', ({ data }: MessageEvent<string>) => {
    // The server is the program that serves this very page.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
    incidents = JSON.parse(data) as KeptIncident[]
    onList({ incidents, isLive: true })
  })
  events.addEventListener('error', () => {
    onList({ incidents, isLive: false })
  })
}

/** The evidence that `watch` kept, newest first. */
export function KeptIncidents({ list: { incidents, isLive } }: { readonly list: KeptList }): VNode {
  const words = SITE_WORDS[usePage().lang]
  return (
    <section class="kept">
      <div class="steps">
        <h1>{words.incidents}</h1>
        <span class={isLive ? 'badge' : 'badge warning'} role="status">
          {isLive ? words.live : words.lost}
        </span>
      </div>
      <p class="dim">{words.incidentsLead}</p>
      {incidents.length === 0 ? (
        <p class="empty">{words.noIncidents}</p>
      ) : (
        <ul>
          {incidents.map((incident) => (
            <Kept key={incident.folder} incident={incident} />
          ))}
        </ul>
      )}
    </section>
  )
}

const MAX_STATEMENTS = 3

function Kept({ incident }: { readonly incident: KeptIncident }): VNode {
  const page = usePage()
  const own = SITE_WORDS[page.lang]
  const { folder, time, target, state, findings = [], warnings = [], bytes } = incident
  const lossy = findings.filter(({ severity }) => severity !== 'info')
  const [first] = lossy
  const tone = first?.severity ?? (warnings.length > 0 ? 'warning' : 'info')
  return (
    <li class={state === 'analysed' ? tone : ''}>
      <h2>
        <a href={`?folder=${encodeURIComponent(`evidence/${folder}`)}`}>
          {time === undefined ? show(folder) : timeRange(time, time)}
        </a>
        {target !== undefined && <code>{show(target)}</code>}
        {state === 'analysing' && <span class="dim">{own.analysing}</span>}
        {state === 'failed' && <span class="badge warning">{own.notAnalysed}</span>}
        {first !== undefined && (
          <span class={`badge ${first.severity}`}>
            {titleOf(first.cause, page.lang)}
            {first.cause === 'unknown' ? '' : ` · ${page.labels.percent(first.confidence)}`}
          </span>
        )}
        <span class="dim size">{sizeOf(bytes)}</span>
      </h2>
      {lossy.slice(0, MAX_STATEMENTS).map(({ statement }, index) => (
        <p key={index}>{show(renderMessage(statement, page.lang))}</p>
      ))}
      {warnings.slice(0, MAX_STATEMENTS).map((says, index) => (
        <p key={index} class="dim">
          {show(renderMessage(says, page.lang))}
        </p>
      ))}
      {state === 'analysed' && lossy.length === 0 && warnings.length === 0 && (
        <p class="dim">{own.nothingLost}</p>
      )}
    </li>
  )
}

function titleOf(cause: string, lang: 'en' | 'zh'): string {
  const titles: Readonly<Record<string, Readonly<Record<'en' | 'zh', string>>>> = CAUSE_TITLES
  return titles[cause]?.[lang] ?? show(cause)
}
