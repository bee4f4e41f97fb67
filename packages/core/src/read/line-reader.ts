import type { LogTime } from './log-time.ts'

/** What surrounds a line that a log shipper wrapped, or that stands in a `tail -n +1 *.log` section. */
export interface LineContext {
  /** The time stamp the wrapper put before the line (`docker logs -t`, CRI, journald), if any. */
  readonly wrapperTime?: LogTime
  /** Name in the last `==> name <==` header, if any. */
  readonly section?: string
}

/**
 * A reader of one kind of text evidence. It is pushed one line at a time, without its line end, and keeps only
 * records: a log of any length is read in bounded memory. Lines that are not its own it skips in silence;
 * lines that look like its own and are damaged it counts and reports in `problems`.
 */
export interface LineReader<T> {
  /** @param number 1-based line number in the input. */
  line(text: string, number: number, context: LineContext): void
  end(): T
}
