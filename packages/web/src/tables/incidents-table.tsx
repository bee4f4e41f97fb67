import type { Diagnosis, Incident } from '@whyreset/core'
import { CAUSE_TITLES } from '@whyreset/report/page'
import type { VNode } from 'preact'
import { useMemo } from 'preact/hooks'
import { usePage, type PageContext } from '../frame/page-context.ts'
import type { Column } from './column.ts'
import { Table } from './table.tsx'
import { usePlainTable } from './use-plain-table.ts'

interface Row {
  readonly place: number
  readonly incident: Incident
}

export function IncidentsTable({
  diagnosis,
  names,
}: {
  readonly diagnosis: Diagnosis
  readonly names: readonly string[]
}): VNode {
  const page = usePage()
  const { cause } = page.address.filter
  const columns = useMemo(() => columnsIn(page, names, diagnosis), [page.lang, names, diagnosis])
  const rows = useMemo(
    () =>
      diagnosis.incidents
        .map((incident, place): Row => ({ place, incident }))
        .filter(({ incident }) => cause === undefined || incident.cause === cause),
    [diagnosis, cause],
  )
  const { incidentsOmitted } = diagnosis.summary
  return (
    <Table
      {...usePlainTable()}
      title={page.words.views.incidents}
      fileName="whyreset-incidents"
      tools={<CauseChoice diagnosis={diagnosis} />}
      columns={columns}
      rows={rows}
      linkOf={({ place }) => page.hrefOf({ view: 'connection', selection: { incident: place } })}
      isChosen={({ place }) => page.address.selection.incident === place}
      {...(incidentsOmitted === 0 ? {} : { note: page.labels.incidentsOmitted(incidentsOmitted) })}
    />
  )
}

function CauseChoice({ diagnosis }: { readonly diagnosis: Diagnosis }): VNode {
  const { words, lang, address, go } = usePage()
  const causes = [...new Set(diagnosis.incidents.map(({ cause }) => cause))]
  return (
    <label class="choice">
      <span class="sr">{words.cause}</span>
      <select
        value={address.filter.cause ?? ''}
        onChange={({ currentTarget: { value } }) => {
          const { cause: _, ...others } = address.filter
          go({ filter: value === '' ? others : { ...others, cause: value } }, 'in-place')
        }}
      >
        <option value="">{words.allCauses}</option>
        {causes.map((cause) => (
          <option key={cause} value={cause}>
            {CAUSE_TITLES[cause][lang]}
          </option>
        ))}
      </select>
    </label>
  )
}

function columnsIn(
  { words, labels, lang }: PageContext,
  names: readonly string[],
  { incidents, inputs }: Diagnosis,
): Column<Row>[] {
  const titles = words.columns
  const days = new Set(incidents.map(({ time }) => time.slice(0, 10)))
  const hasOneCapture = inputs.filter(({ kind }) => kind === 'capture').length === 1
  const columns: Column<Row>[] = [
    { id: 'number', title: titles.number, value: ({ place }) => place + 1 },
    {
      id: 'time',
      title: titles.time,
      isCode: true,
      value: ({ incident }) => incident.time,
      shown: ({ incident }) => timeText(incident.time, days.size > 1),
    },
    {
      id: 'cause',
      title: titles.cause,
      value: ({ incident }) => incident.cause,
      shown: ({ incident }) => CAUSE_TITLES[incident.cause][lang],
    },
    {
      id: 'resetby',
      title: titles.resetBy,
      value: ({ incident }) => labels.party[incident.resetBy],
    },
    { id: 'client', title: titles.client, isCode: true, value: ({ incident }) => incident.client },
    { id: 'server', title: titles.server, isCode: true, value: ({ incident }) => incident.server },
    { id: 'phase', title: titles.phase, value: ({ incident }) => words.phase[incident.phase] },
    { id: 'unread', title: titles.unread, value: ({ incident }) => incident.unreadBytes },
    {
      id: 'silence',
      title: titles.silence,
      value: ({ incident }) => incident.silenceMs,
      shown: ({ incident: { silenceMs } }) =>
        silenceMs === undefined ? '' : Math.round(silenceMs).toLocaleString('en'),
    },
    {
      id: 'file',
      title: titles.file,
      isCode: true,
      value: ({ incident }) => names[incident.input] ?? '',
    },
    {
      id: 'frame',
      title: titles.frame,
      value: ({ incident }) => incident.frame,
      shown: ({ incident }) => String(incident.frame),
    },
    {
      id: 'stream',
      title: titles.stream,
      value: ({ incident }) => incident.stream,
      shown: ({ incident }) => String(incident.stream),
    },
  ]
  return hasOneCapture ? columns.filter(({ id }) => id !== 'file') : columns
}

/** `14:55:16.612390`, with the day where there are several. */
function timeText(iso: string, withDay: boolean): string {
  const text = iso.replace('T', ' ').replace(/(\.\d{6})\d*Z$|Z$/, '$1')
  return withDay ? text : text.slice(11)
}
