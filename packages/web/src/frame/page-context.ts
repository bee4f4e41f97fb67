import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import { LABELS, type Labels, type Lang } from '@whyreset/report/page'
import { formatAddress, type Address, type View } from '../address.ts'
import type { Narrowing } from '../narrowing.ts'
import type { Theme } from '../pictures/picture.ts'
import type { Words } from '../page-words.ts'
import { WORDS } from '../words.ts'

/** What every part of the page needs to know. */
export interface PageContext {
  readonly address: Address
  /** Changes the address: a step that "back" undoes, or in place. */
  readonly go: (change: Partial<Address>, how?: 'step' | 'in-place') => void
  /** The address with a change, for a link. */
  readonly hrefOf: (change: Partial<Address>) => string
  readonly lang: Lang
  readonly theme: Theme
  readonly labels: Labels
  readonly words: Words
  readonly isPrinting: boolean
  /** Analyses the same evidence again for what is asked; absent where the page has no evidence. */
  readonly narrow?: ((asked: Narrowing, view?: View) => void) | undefined
}

const Page = createContext<PageContext>({
  address: { view: 'answer', selection: {}, filter: {} },
  go: () => undefined,
  hrefOf: (change) => formatAddress({ view: 'answer', selection: {}, filter: {}, ...change }),
  lang: 'en',
  theme: 'light',
  labels: LABELS.en,
  words: WORDS.en,
  isPrinting: false,
})

export const PageProvider = Page.Provider

export function usePage(): PageContext {
  return useContext(Page)
}
