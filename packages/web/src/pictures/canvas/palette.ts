import { COLOUR_NAMES, readColours } from '../picture.ts'
import type { Colours } from '../picture.ts'

/** Paper is white whatever the screen was; hues of Okabe and Ito, told apart also by the colour-blind. */
const ON_PAPER: Colours = {
  paper: '#ffffff',
  raised: '#f2f3f5',
  ink: '#111418',
  muted: '#555c66',
  line: '#c9ced6',
  accent: '#0060a8',
  reset: '#c03a00',
  refused: '#8a6100',
  closed: '#00744f',
  open: '#0060a8',
  collection: '#7a3f8f',
  log: '#444b55',
  'close-wait': '#a04070',
  stall: '#d9a400',
  data: '#4b7fb0',
  chance: '#6b7280',
}

/** The colours of the page's theme; those of paper where it gives none, and in print. */
export function paletteOf(element: Element): { readonly screen: Colours; readonly paper: Colours } {
  const given = readColours(element)
  const pairs = COLOUR_NAMES.map((name) => [name, given[name] === '' ? ON_PAPER[name] : given[name]])
  // fromEntries forgets the names; they are those of the line above.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return { screen: Object.fromEntries(pairs) as Colours, paper: ON_PAPER }
}
