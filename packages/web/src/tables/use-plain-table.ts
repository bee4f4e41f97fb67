import type { TableProps } from './table.tsx'
import { usePage } from '../frame/page-context.ts'

/** Sorting and filter of a table, as the address bar keeps them. */
export function usePlainTable(): Pick<TableProps<unknown>, 'sort' | 'onSort' | 'find' | 'onFind'> {
  const { address, go } = usePage()
  const { sort, filter } = address
  return {
    sort,
    onSort: (next) => {
      go({ sort: next }, 'in-place')
    },
    find: filter.text,
    onFind: (text) => {
      const { text: _, ...others } = filter
      go({ filter: text === undefined ? others : { ...others, text } }, 'in-place')
    },
  }
}
