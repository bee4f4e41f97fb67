import type { Diagnosis, Message, Proof } from '../../src/diagnosis.ts'
import { PROBLEM_CODES } from '../../src/errors.ts'
import type { EvidenceFile } from './folder.ts'

const ISO_TIME = /^(?:\d{4}|[+-]\d{6})-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/
const NEWLINE = 0x0a

/** What no Diagnosis may say of whatever it was given: places that are not there, numbers that are none. */
export function nonsense(diagnosis: Diagnosis, files: readonly EvidenceFile[]): string[] {
  const { inputs, summary, findings, incidents, warnings, verdict } = diagnosis
  const wrong: string[] = []
  const check = (holds: boolean, what: string): void => {
    if (!holds) wrong.push(what)
  }
  const checkMessage = ({ id, text }: Message): void =>
    check(id !== '' && text.trim() !== '', `${id} says nothing`)
  const checkProof = (proof: Proof): void => {
    const input = inputs[proof.input]
    const file = files[proof.input]
    if (input === undefined || file === undefined) return check(false, `proof in input ${proof.input}`)
    checkMessage(proof.says)
    if ('frame' in proof)
      check(proof.frame >= 1 && proof.frame <= input.records, `frame ${proof.frame} of ${input.records}`)
    else if ('line' in proof) check(proof.line >= 1 && proof.line <= linesOf(file), `line ${proof.line}`)
    else check(proof.row >= 1 && proof.row <= linesOf(file), `row ${proof.row}`)
  }

  check(inputs.length === files.length, `${inputs.length} inputs of ${files.length}`)
  checkMessage(verdict)
  for (const [index, { path, records, from, to, problems }] of inputs.entries()) {
    const file = files[index]
    if (file === undefined) continue
    check(path === file.name, `input ${index} is ${path}`)
    check(records >= 0 && records <= file.bytes.length, `${records} records in ${file.bytes.length} bytes`)
    if (from !== undefined) check(ISO_TIME.test(from), `from ${from}`)
    if (to !== undefined) check(ISO_TIME.test(to), `to ${to}`)
    for (const { code, text, offset, line } of problems) {
      check(PROBLEM_CODES.includes(code), `code ${code}`)
      check(text !== '', `${code} says nothing`)
      if (offset !== undefined) check(offset >= 0 && offset <= file.bytes.length, `${code} at byte ${offset}`)
      if (line !== undefined) check(line >= 1 && line <= linesOf(file), `${code} at line ${line}`)
    }
  }
  const ids = new Set(incidents.map(({ id }) => id))
  check(ids.size === incidents.length, 'two incidents of one id')
  for (const { id, input, frame, time } of incidents) {
    check(ISO_TIME.test(time), `incident ${id} at ${time}`)
    check(frame >= 1 && frame <= (inputs[input]?.records ?? 0), `incident ${id} in frame ${frame}`)
  }
  for (const finding of findings) {
    const { cause, connections, confidence, from, to } = finding
    check(Number.isInteger(connections) && connections >= 1, `${cause} × ${connections}`)
    check(confidence >= 0 && confidence <= 1, `${cause} with confidence ${confidence}`)
    check(ISO_TIME.test(from) && ISO_TIME.test(to), `${cause} from ${from} to ${to}`)
    check(
      finding.incidents.every((id) => ids.has(id)),
      `${cause} names incidents that are not listed`,
    )
    ;[finding.statement, finding.fix.summary, ...finding.because].forEach(checkMessage)
    finding.proof.forEach(checkProof)
  }
  for (const { says, proof } of warnings) {
    checkMessage(says)
    proof.forEach(checkProof)
  }
  for (const [name, value] of Object.entries(summary))
    if (typeof value === 'number') check(value >= 0, `${name} is ${value}`)
  wrong.push(...badNumbers(diagnosis, ''))
  return wrong
}

function linesOf({ bytes }: EvidenceFile): number {
  let lines = 1
  for (const byte of bytes) if (byte === NEWLINE) lines++
  return lines
}

/** JSON has no word for them: they would come out as null. */
function badNumbers(value: unknown, path: string): string[] {
  if (typeof value === 'number') return Number.isFinite(value) ? [] : [`${path} is ${value}`]
  if (typeof value === 'undefined' || typeof value === 'bigint') return [`${path} is ${typeof value}`]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => badNumbers(inner, `${path}.${key}`))
}
