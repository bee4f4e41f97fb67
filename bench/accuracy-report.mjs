/** docs/accuracy.md: what was recorded, and how right the answers were. */
import { cpus, release } from 'node:os'

const percent = (part, whole) => (whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`)

/** `views`: name → score, the first with everything; `misses`: runs whose answer with everything is not the label. */
export function accuracyPage({ views, misses, seeds, scenarios }) {
  const [[, whole] = []] = views
  const alone = views.get('captures alone')
  return `# Accuracy

How often whyreset is right, on incidents that its lab makes on a real kernel. What it gets wrong here is mended as a rule, not
as a case, and other seeds and scenarios follow: ${scenarios}
scenarios, seeds ${seeds.join(', ')} (timings, sizes, counts, ports, addresses), Linux ${release()}, ${cpus().length} processors. Each
label is what the scenario's own programs counted. Made by \`npm run bench:accuracy -- --write\`.

## As evidence is taken away

| evidence | runs | right cause first | precision | recall | could not tell | false alarms on healthy traffic |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |
${[...views].map(([name, s]) => `| ${name} | ${s.runs} | ${percent(s.agree, s.runs)} | ${percent(s.right, s.found)} | ${percent(s.right, s.wanted)} | ${percent(s.unknown, s.wanted)} | ${s.falseAlarms} of ${s.healthy} |`).join('\n')}

*Right cause first*: runs whose cause with the most connections is the label's, \`nothing\` for healthy traffic. *Precision* and
*recall* count connections: of those given a cause, how many have it; of those that have one, how many are given it.
*Could not tell*: connections in findings called \`unknown\`, which say what would decide. Where there is no log of the
collections of garbage, \`unread-data\` is the right name for \`garbage-collected\` as well. *Begun late* misses the first quarter
of the time, and what happened in it counts as not found.

## By cause

| cause | connections | precision | recall | precision, captures alone | recall, captures alone |
| --- | ---: | ---: | ---: | ---: | ---: |
${[...whole.causes]
  .toSorted(([a], [b]) => (a < b ? -1 : 1))
  .map(([cause, row]) => {
    const less = alone?.causes.get(cause) ?? { right: 0, found: 0, wanted: 0 }
    return `| ${cause} | ${row.wanted} | ${percent(row.right, row.found)} | ${percent(row.right, row.wanted)} | ${percent(less.right, less.found)} | ${percent(less.right, less.wanted)} |`
  })
  .join('\n')}

## Calibration

Of findings with a confidence, over all kinds of evidence above, how many name a cause that is there:

| confidence | findings | right |
| ---: | ---: | ---: |
${[...calibrationOf(views)]
  .toSorted(([a], [b]) => b - a)
  .map(
    ([confidence, { findings, right }]) =>
      `| ${Math.round(confidence * 100)} % | ${findings} | ${percent(right, findings)} |`,
  )
  .join('\n')}

## Where it is wrong

With everything recorded:

${misses.length === 0 ? 'Nowhere.' : misses.map(({ name, wanted, got }) => `- \`${name}\`: ${wanted} was the truth, ${got} the answer`).join('\n')}
`
}

function calibrationOf(views) {
  const all = new Map()
  for (const { calibration } of views.values())
    for (const [confidence, { findings, right }] of calibration) {
      const sum = all.get(confidence) ?? { findings: 0, right: 0 }
      all.set(confidence, { findings: sum.findings + findings, right: sum.right + right })
    }
  return all
}
