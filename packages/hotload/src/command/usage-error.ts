/** What was typed cannot be meant: exit 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
