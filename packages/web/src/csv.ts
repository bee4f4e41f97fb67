export type CsvCell = string | number | undefined

/** Excel takes a file without it for one of the machine's own code page. */
const BYTE_ORDER_MARK = '\ufeff'

/** A table as CSV (RFC 4180). Text that a spreadsheet would calculate is marked as text. */
export function toCsv(head: readonly string[], rows: readonly (readonly CsvCell[])[]): string {
  return `${BYTE_ORDER_MARK}${[head, ...rows].map((cells) => `${cells.map(cellText).join(',')}\r\n`).join('')}`
}

/** What begins a formula in Excel, LibreOffice or Sheets, full-width forms included (owasp.org/www-community/attacks/CSV_Injection). */
const FORMULA = /^[\s\p{Cf}]*[=+\-@\t\r|%\uff1d\uff0b\uff0d\uff20]/u

function cellText(cell: CsvCell): string {
  if (cell === undefined) return ''
  if (typeof cell === 'number') return String(cell)
  const text = FORMULA.test(cell) ? `'${cell}` : cell
  return /[",\r\n;\t']/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
