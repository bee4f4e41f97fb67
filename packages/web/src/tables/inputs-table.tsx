import type { Diagnosis, InputReport } from '@whyreset/core'
import { inputPhrase, problemPhrase } from '@whyreset/report/page'
import type { VNode } from 'preact'
import { useMemo } from 'preact/hooks'
import { usePage, type PageContext } from '../frame/page-context.ts'
import type { Column } from './column.ts'
import { Table } from './table.tsx'
import { usePlainTable } from './use-plain-table.ts'

export function InputsTable({ diagnosis }: { readonly diagnosis: Diagnosis }): VNode {
  const page = usePage()
  const columns = useMemo(() => columnsIn(page), [page.lang])
  return (
    <Table
      {...usePlainTable()}
      title={page.words.evidence}
      fileName="whyreset-evidence"
      columns={columns}
      rows={diagnosis.inputs}
      linkOf={() => page.hrefOf({ view: 'timeline', selection: {}, filter: {} })}
    />
  )
}

function columnsIn({ words, labels, lang }: PageContext): Column<InputReport>[] {
  const titles = words.columns
  return [
    { id: 'file', title: titles.file, maxDigits: 64, isCode: true, value: ({ path }) => path },
    { id: 'kind', title: titles.kind, value: ({ kind }) => labels.inputKind[kind] },
    { id: 'records', title: titles.records, value: ({ records }) => records },
    { id: 'range', title: titles.range, value: (input) => inputPhrase(input, labels) },
    {
      id: 'problems',
      title: titles.problems,
      maxDigits: 64,
      value: ({ problems }) => problems.map((problem) => problemPhrase(problem, lang)).join(' · '),
      tone: ({ problems }) => (problems.length > 0 ? 'warning' : undefined),
    },
  ]
}
