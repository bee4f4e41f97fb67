/** Until core exports its own: see packages/core/src/exhibits/exhibits.ts. */
export type Exhibits = object
