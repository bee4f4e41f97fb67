import type { ComponentChildren, VNode } from 'preact'

/** A part of the answer under its name. */
export function Block({
  name,
  children,
}: {
  readonly name: string
  readonly children: ComponentChildren
}): VNode {
  return (
    <section class="block">
      <h2>{name}</h2>
      <div>{children}</div>
    </section>
  )
}
