import type { ComponentChildren, VNode } from 'preact'
import { show } from '../show.ts'

/** A name and what is known under it. */
export type Fact = readonly [name: string, value: string]

/** What is known of one thing; `children` are further rows. */
export function FactsList({
  facts,
  children,
}: {
  readonly facts: readonly Fact[]
  readonly children?: ComponentChildren
}): VNode {
  return (
    <dl class="facts-list">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{show(value)}</dd>
        </div>
      ))}
      {children}
    </dl>
  )
}
