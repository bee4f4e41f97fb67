import type { LogTime } from '../log-time.ts'

/** Reads the lines of one format within one section of an input. */
export interface FormatReader {
  /**
   * Takes a line and says whether it is of this format.
   *
   * @param number 1-based.
   * @param wrapper The time that a log shipper put before the line, if any.
   */
  line(text: string, number: number, wrapper: LogTime | undefined): boolean
  /** In the middle of something: a line of any look may belong to it. */
  isOpen?(): boolean
  /** Closes what is still open; called once, after the last line. */
  end(): void
}
