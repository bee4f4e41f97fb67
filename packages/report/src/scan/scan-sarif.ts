import { safeJson } from '../json.ts'
import type { ScanPlace, ScanReport } from '../scan-schema.ts'

/** Rules of several languages may share an id: the log names it once. */
export interface SarifRule {
  readonly id: string
  readonly language: ScanPlace['language']
  readonly title: string
  readonly fix: string
}

const LEVELS: Readonly<Record<ScanPlace['severity'], 'error' | 'warning' | 'note'>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
}

/** The places as SARIF 2.1.0 (docs.oasis-open.org/sarif/sarif/v2.1.0), for GitHub code scanning and others. */
export function renderScanSarif(report: ScanReport, rules: readonly SarifRule[], version: string): string {
  const used = rules.filter(({ id, language }) =>
    report.results.some((place) => place.rule === id && place.language === language),
  )
  const ids = [...new Set(used.map(({ id }) => id))]
  const log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'whyreset',
            version,
            rules: ids.map((id) => {
              const own = used.filter((rule) => rule.id === id)
              const fixes = [...new Set(own.map(({ fix }) => fix))]
              return {
                id,
                shortDescription: { text: own[0]?.title ?? id },
                help: { text: `Write instead:\n${fixes.join('\n\n')}` },
              }
            }),
          },
        },
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: report.problems.map(({ file, line, says }) => ({
              level: 'note',
              message: { text: `${file} ${says}` },
              locations: [
                { physicalLocation: locationOf(file, line === undefined ? {} : { startLine: line }) },
              ],
            })),
          },
        ],
        results: report.results.map((place) => result(place, ids)),
      },
    ],
  }
  return safeJson(log)
}

function result(place: ScanPlace, ids: readonly string[]): object {
  const related = relatedLocations(place)
  return {
    ruleId: place.rule,
    ruleIndex: ids.indexOf(place.rule),
    level: LEVELS[place.severity],
    message: { text: [place.message, ...(place.evidence ?? []).map(({ text }) => text)].join('\n') },
    rank: Math.round(place.confidence * 100),
    locations: [
      {
        physicalLocation: locationOf(place.file, {
          startLine: place.line,
          startColumn: place.column,
          endLine: place.endLine,
          endColumn: place.endColumn,
        }),
      },
    ],
    ...(related.length === 0 ? {} : { relatedLocations: related }),
    partialFingerprints: { 'whyresetPlace/v1': place.fingerprint },
    properties: { causes: place.causes, confidence: place.confidence },
  }
}

function relatedLocations({ file, leavesAt, related = [] }: ScanPlace): object[] {
  return [
    ...(leavesAt === undefined ? [] : [{ text: 'left open here', startLine: leavesAt }]),
    ...related.map(({ line, message }) => ({ text: message, startLine: line })),
  ].map(({ text, startLine }) => ({
    message: { text },
    physicalLocation: locationOf(file, { startLine }),
  }))
}

function locationOf(file: string, region: Readonly<Record<string, number>>): object {
  const isWhole = Object.keys(region).length === 0
  return { artifactLocation: { uri: uriOf(file) }, ...(isWhole ? {} : { region }) }
}

/** RFC 3986: each segment encoded, the slashes kept. Half of a surrogate pair, which Windows allows, is no character. */
function uriOf(file: string): string {
  return file
    .replace(/\p{Cs}/gu, '\uFFFD')
    .split('/')
    .map(encodeURIComponent)
    .join('/')
}
