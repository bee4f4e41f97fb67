import type { Diagnosis, Exhibits } from '@whyreset/core'
import type { VNode } from 'preact'
import { useMemo } from 'preact/hooks'
import { usePage, type PageContext } from '../frame/page-context.ts'
import type { Column } from './column.ts'
import { hostRows, type HostRow } from './host-rows.ts'
import { Table } from './table.tsx'
import { usePlainTable } from './use-plain-table.ts'

export function HostsTable({
  diagnosis,
  exhibits,
}: {
  readonly diagnosis: Diagnosis
  readonly exhibits: Exhibits | undefined
}): VNode {
  const page = usePage()
  const columns = useMemo(() => columnsIn(page), [page.lang])
  const rows = useMemo(() => hostRows(diagnosis, exhibits), [diagnosis, exhibits])
  const share = exhibits?.lanes.share ?? 1
  return (
    <Table
      {...usePlainTable()}
      title={page.words.views.hosts}
      fileName="whyreset-hosts"
      columns={columns}
      rows={rows}
      linkOf={({ host }) => page.hrefOf({ view: 'timeline', selection: {}, filter: { text: host } })}
      {...(share < 1 ? { note: page.words.sampled(page.labels.percent(share)) } : {})}
    />
  )
}

function columnsIn({ words }: PageContext): Column<HostRow>[] {
  const titles = words.columns
  return [
    { id: 'host', title: titles.host, isCode: true, value: ({ host }) => host },
    { id: 'asclient', title: titles.asClient, value: ({ asClient }) => asClient },
    { id: 'asserver', title: titles.asServer, value: ({ asServer }) => asServer },
    {
      id: 'sent',
      title: titles.sent,
      value: ({ resetsSent }) => resetsSent,
      tone: ({ resetsSent }) => (resetsSent > 0 ? 'error' : undefined),
    },
    { id: 'received', title: titles.received, value: ({ resetsReceived }) => resetsReceived },
    { id: 'bytes', title: titles.bytes, value: ({ bytesSent }) => bytesSent },
    { id: 'sockets', title: titles.sockets, value: ({ sockets }) => sockets },
    {
      id: 'closewait',
      title: titles.closeWait,
      value: ({ closeWait }) => closeWait,
      tone: ({ closeWait = 0 }) => (closeWait > 0 ? 'warning' : undefined),
    },
  ]
}
