import type { ComponentChildren, VNode } from 'preact'
import { show } from '../../show.ts'
import { usePage } from '../page-context.ts'

/** As much is read at 3 am; the rest is a click away. */
const FIRST_ITEMS = 12

/** Sentences, the first of them at once. */
export function List({ items }: { readonly items: readonly string[] }): VNode {
  return (
    <>
      <Items items={items.slice(0, FIRST_ITEMS)} />
      <More n={items.length - FIRST_ITEMS}>
        <Items items={items.slice(FIRST_ITEMS)} />
      </More>
    </>
  )
}

function Items({ items }: { readonly items: readonly string[] }): VNode {
  return (
    <ul>
      {items.map((item, index) => (
        <li key={index}>{show(item)}</li>
      ))}
    </ul>
  )
}

/** What is not read first: folded on a screen, whole on paper. */
export function More({
  n,
  children,
}: {
  readonly n: number
  readonly children: ComponentChildren
}): VNode | null {
  const { words, isPrinting } = usePage()
  if (n <= 0) return null
  return (
    <details class="more" open={isPrinting}>
      <summary>{words.more(n)}</summary>
      {children}
    </details>
  )
}
