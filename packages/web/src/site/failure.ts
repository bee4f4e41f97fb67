/** Why evidence could not be opened, as the page can say it in each language. */
export type Because =
  | { readonly id: 'no-evidence' }
  | { readonly id: 'server-answered'; readonly status: number }
  | { readonly id: 'no-list' }
  | { readonly id: 'elsewhere' }
  | { readonly id: 'gzip'; readonly reason: string }
  | { readonly id: 'answer-too-large' }
  | { readonly id: 'answer-cut' }
  /** Both, for a page whose language is switched. */
  | { readonly id: 'answer-wrong'; readonly en: string; readonly zh: string }
  | { readonly id: 'no-worker' }
  | { readonly id: 'stopped' }
  /** What a browser says is in its own language. */
  | { readonly id: 'other'; readonly reason: string }

export class OpenFailure extends Error {
  readonly because: Because

  constructor(because: Because, options?: ErrorOptions) {
    super(because.id, options)
    this.because = because
  }
}

export function becauseOf(error: unknown): Because {
  if (error instanceof OpenFailure) return error.because
  return { id: 'other', reason: error instanceof Error ? error.message : String(error) }
}
