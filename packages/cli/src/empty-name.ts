import { UsageError } from './usage-error.ts'

/** A name without characters is no file, and an error about it would name nothing. */
export function refuseEmptyNames(names: readonly string[]): void {
  const at = names.indexOf('')
  if (at < 0) return
  throw new UsageError(
    `name ${at + 1} is empty: a file or folder was wanted\n(a variable of the shell that is not set?)`,
  )
}
