import type { Diagnosis, Exhibits, Finding } from '@whyreset/core'
import { CAUSE_TITLES, renderMessage } from '@whyreset/report/page'
import type { VNode } from 'preact'
import { useMemo } from 'preact/hooks'
import { usePage, type PageContext } from '../frame/page-context.ts'
import { addressOf } from '../finding-address.ts'
import type { Column } from './column.ts'
import { Table } from './table.tsx'
import { usePlainTable } from './use-plain-table.ts'

export function FindingsTable({
  diagnosis,
  exhibits,
}: {
  readonly diagnosis: Diagnosis
  readonly exhibits: Exhibits | undefined
}): VNode {
  const page = usePage()
  const columns = useMemo(() => columnsIn(page), [page.lang])
  const { findings } = diagnosis
  return (
    <Table
      {...usePlainTable()}
      title={page.words.views.findings}
      fileName="whyreset-findings"
      columns={columns}
      rows={findings}
      linkOf={(finding) => page.hrefOf(addressOf(finding, diagnosis, exhibits))}
      isChosen={(_, place) => page.address.selection.finding === place}
    />
  )
}

function columnsIn({ words, labels, lang }: PageContext): Column<Finding>[] {
  const titles = words.columns
  return [
    {
      id: 'cause',
      title: titles.cause,
      value: ({ cause }) => cause,
      shown: ({ cause }) => CAUSE_TITLES[cause][lang],
    },
    {
      id: 'severity',
      title: titles.severity,
      value: ({ severity }) => ['error', 'warning', 'info'].indexOf(severity) + 1,
      shown: ({ severity }) => words.severity[severity],
      tone: ({ severity }) => (severity === 'info' ? undefined : severity),
    },
    { id: 'connections', title: titles.connections, value: ({ connections }) => connections },
    { id: 'resetby', title: titles.resetBy, value: ({ resetBy }) => labels.party[resetBy] },
    {
      id: 'client',
      title: titles.client,
      isCode: true,
      value: ({ client }) => labels.endpoints(client),
    },
    {
      id: 'server',
      title: titles.server,
      isCode: true,
      value: ({ server }) => labels.endpoints(server),
    },
    {
      id: 'confidence',
      title: titles.confidence,
      value: ({ confidence, cause }) => (cause === 'unknown' ? undefined : confidence),
      shown: ({ confidence, cause }) => (cause === 'unknown' ? '' : labels.percent(confidence)),
    },
    {
      id: 'from',
      title: titles.from,
      isCode: true,
      value: ({ from }) => from,
      shown: ({ from }) => from.slice(0, 19).replace('T', ' '),
    },
    {
      id: 'says',
      title: titles.says,
      maxDigits: 64,
      value: ({ statement }) => renderMessage(statement, lang),
    },
    { id: 'fix', title: titles.fix, maxDigits: 64, value: ({ fix }) => renderMessage(fix.summary, lang) },
  ]
}
