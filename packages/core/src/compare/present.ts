/** The field, if there is a value: absent means absent. */
export function present<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one key is K, or there is none
  return (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: V }
}
