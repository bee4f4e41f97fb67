import type { Diagnosis, Exhibits } from '@whyreset/core'
import { renderMessage } from '@whyreset/report/page'
import type { VNode } from 'preact'
import { useMemo } from 'preact/hooks'
import { usePage, type PageContext } from '../frame/page-context.ts'
import type { Column } from './column.ts'
import { leakRows, type LeakRow } from './leak-rows.ts'
import { Table } from './table.tsx'
import { usePlainTable } from './use-plain-table.ts'

export function LeaksTable({
  diagnosis,
  exhibits,
}: {
  readonly diagnosis: Diagnosis
  readonly exhibits: Exhibits | undefined
}): VNode {
  const page = usePage()
  const columns = useMemo(() => columnsIn(page), [page.lang])
  const rows = useMemo(() => leakRows(diagnosis, exhibits), [diagnosis, exhibits])
  return (
    <Table
      {...usePlainTable()}
      title={page.words.views.leaks}
      fileName="whyreset-leaks"
      columns={columns}
      rows={rows}
      linkOf={({ peer }) =>
        page.hrefOf({ view: 'timeline', selection: {}, filter: peer === undefined ? {} : { text: peer } })
      }
    />
  )
}

function columnsIn({ words, labels, lang }: PageContext): Column<LeakRow>[] {
  const titles = words.columns
  return [
    { id: 'process', title: titles.process, isCode: true, value: ({ process }) => process ?? '?' },
    {
      id: 'pid',
      title: titles.pid,
      value: ({ pid }) => pid,
      shown: ({ pid }) => (pid === undefined ? '' : String(pid)),
    },
    { id: 'host', title: titles.host, isCode: true, value: ({ who }) => who ?? '' },
    { id: 'peer', title: titles.peer, isCode: true, value: ({ peer }) => peer ?? '' },
    {
      id: 'closewait',
      title: titles.closeWait,
      value: ({ closeWait }) => closeWait,
      tone: ({ closeWait = 0 }) => (closeWait > 0 ? 'warning' : undefined),
    },
    { id: 'unread', title: titles.unreadNow, value: ({ unreadBytes }) => unreadBytes },
    { id: 'growth', title: titles.growth, value: ({ growthPerMinute }) => growthPerMinute },
    { id: 'oldest', title: titles.oldest, value: ({ oldestSeconds }) => oldestSeconds },
    {
      id: 'kind',
      title: titles.kind,
      value: ({ kind }) => (kind === undefined ? '' : labels.warningKind[kind]),
    },
    {
      id: 'says',
      title: titles.says,
      maxDigits: 64,
      value: ({ says }) => (says === undefined ? '' : renderMessage(says, lang)),
    },
  ]
}
