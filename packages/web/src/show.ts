import { cleanShort as clean } from '@whyreset/report/page'

/** UTF-16 units of one sentence or name. */
const MAX_LENGTH = 4000

/** Text from an input as it may be shown: preact makes no markup of it, and here nothing turns or hides it. */
export function show(text: string): string {
  return clean(text, MAX_LENGTH)
}

export { clean as cleanShort }
