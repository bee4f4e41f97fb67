import type { Lang } from '@whyreset/report/page'
import type { Narrowing } from './narrowing.ts'
import type { Filter, Selection, Theme, TimeRange } from './pictures/picture.ts'

export const VIEWS = [
  'answer',
  'timeline',
  'connection',
  'findings',
  'incidents',
  'leaks',
  'hosts',
  'inputs',
] as const
export type View = (typeof VIEWS)[number]

export interface Sort {
  readonly column: string
  readonly isDescending: boolean
}

/** What the address bar keeps, so that a link shows a colleague the same. */
export interface Address {
  readonly view: View
  /** Which of two compared answers is looked at; absent for the comparison itself. */
  readonly side?: 'before' | 'after' | undefined
  readonly selection: Selection
  readonly range?: TimeRange | undefined
  readonly filter: Filter
  readonly sort?: Sort | undefined
  /** The part of the evidence that is asked about, where the page has the evidence. */
  readonly asked?: Narrowing | undefined
  /** Absent: as the browser asks for. */
  readonly lang?: Lang | undefined
  readonly theme?: Theme | undefined
}

const MAX_TEXT_LENGTH = 200

/** Reads `#incident=12&lang=zh`. What does not fit is left out: anybody can write an address. */
export function parseAddress(hash: string): Address {
  const query = new URLSearchParams(hash.replace(/^#/, ''))
  const text = (name: string): string | undefined => query.get(name)?.slice(0, MAX_TEXT_LENGTH) || undefined
  const selection = present<Selection>({
    incident: place(query.get('incident')),
    finding: place(query.get('finding')),
    connection: place(query.get('connection')),
    frame: whole(query.get('frame')),
  })
  const range = parseRange(query.get('time'))
  const sort = query.get('sort') ?? ''
  const asked = present<Narrowing>({ peer: text('peer'), from: text('from'), to: text('to') })
  return {
    view: VIEWS.find((view) => view === query.get('view')) ?? viewOf(selection),
    selection,
    filter: present<Filter>({ text: text('find'), cause: text('cause') }),
    ...present({
      side: (['before', 'after'] as const).find((side) => side === query.get('side')),
      range,
      sort: /^-?[a-z]{1,30}$/i.test(sort)
        ? { column: sort.replace(/^-/, ''), isDescending: sort.startsWith('-') }
        : undefined,
      asked: Object.keys(asked).length === 0 ? undefined : asked,
      lang: (['en', 'zh'] as const).find((lang) => lang === query.get('lang')),
      theme: (['light', 'dark'] as const).find((theme) => theme === query.get('theme')),
    }),
  }
}

/** `#view=connection&incident=12`; what is the default is left out. */
export function formatAddress(address: Address): string {
  const { view, side, selection, range, filter, sort, asked, lang, theme } = address
  const entries: [string, string | number | undefined][] = [
    ['view', view === viewOf(selection) ? undefined : view],
    ['side', side],
    ['incident', shown(selection.incident)],
    ['finding', shown(selection.finding)],
    ['connection', shown(selection.connection)],
    ['frame', selection.frame],
    ['time', range === undefined ? undefined : `${Math.round(range.fromNs)}-${Math.round(range.toNs)}`],
    ['find', filter.text],
    ['cause', filter.cause],
    ['sort', sort === undefined ? undefined : `${sort.isDescending ? '-' : ''}${sort.column}`],
    ['peer', asked?.peer],
    ['from', asked?.from],
    ['to', asked?.to],
    ['lang', lang],
    ['theme', theme],
  ]
  const query = new URLSearchParams()
  for (const [name, value] of entries) if (value !== undefined && value !== '') query.set(name, String(value))
  return `#${query.toString()}`
}

/** What a bare `#incident=12` or `#finding=1` means to show. */
function viewOf({ incident, connection, finding }: Selection): View {
  if (incident !== undefined || connection !== undefined) return 'connection'
  return finding === undefined ? 'answer' : 'timeline'
}

function parseRange(text: string | null): TimeRange | undefined {
  const [, from, to] = /^(-?\d{1,16})-(-?\d{1,16})$/.exec(text ?? '') ?? []
  const range = { fromNs: Number(from), toNs: Number(to) }
  return range.fromNs < range.toNs ? range : undefined
}

function whole(text: string | null): number | undefined {
  return /^[1-9]\d{0,14}$/.test(text ?? '') ? Number(text) : undefined
}

/** People count from 1. */
function place(text: string | null): number | undefined {
  const number = whole(text)
  return number === undefined ? undefined : number - 1
}

function shown(at: number | undefined): number | undefined {
  return at === undefined ? undefined : at + 1
}

/** Without the entries that are undefined. */
function present<T extends object>(fields: { [K in keyof T]?: T[K] | undefined }): {
  [K in keyof T]: Exclude<T[K], undefined>
} {
  // Only entries whose value is not undefined are left; a field that may be absent is optional in T.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>
  }
}
