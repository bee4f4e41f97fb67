/** What was typed cannot be meant: exit 2. The message is shown after the program's name. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
