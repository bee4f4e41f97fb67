/** Compares diagnoses with labels: by connection, so that a finding of fifty counts more than one of two. */

/**
 * Sums up answers, each `{ truth, findings }`. Where the collections of garbage cannot be seen, `garbage-collected` and
 * `unread-data` are one cause: the first is the second with a proven trigger.
 */
export function score(answers, { seesCollections = true }) {
  const causes = new Map()
  const calibration = new Map()
  const total = { runs: 0, agree: 0, right: 0, wanted: 0, found: 0, unknown: 0, healthy: 0, falseAlarms: 0 }
  const asSeen = (finding) =>
    finding.cause === 'garbage-collected' && !seesCollections ? { ...finding, cause: 'unread-data' } : finding
  for (const answer of answers) {
    total.runs += 1
    const findings = answer.findings.map(asSeen)
    const wanted = countByCause(answer.truth.findings.map(asSeen))
    const named = findings.filter(({ cause }) => cause !== 'unknown')
    const got = countByCause(named)
    if (mostFrequent(wanted) === mostFrequent(countByCause(findings))) total.agree += 1
    if (wanted.size === 0) {
      total.healthy += 1
      if (findings.some(({ severity }) => severity !== 'info')) total.falseAlarms += 1
    }
    for (const cause of new Set([...wanted.keys(), ...got.keys()])) {
      const row = causes.get(cause) ?? { right: 0, wanted: 0, found: 0 }
      causes.set(cause, row)
      const right = Math.min(wanted.get(cause) ?? 0, got.get(cause) ?? 0)
      for (const sum of [row, total]) {
        sum.right += right
        sum.wanted += wanted.get(cause) ?? 0
        sum.found += got.get(cause) ?? 0
      }
    }
    for (const { cause, connections, confidence } of findings) {
      if (cause === 'unknown') total.unknown += connections
      else {
        const step = calibration.get(confidence) ?? { findings: 0, right: 0 }
        calibration.set(confidence, step)
        step.findings += 1
        if (wanted.has(cause)) step.right += 1
      }
    }
  }
  return { ...total, causes, calibration }
}

function countByCause(findings) {
  const counts = new Map()
  for (const { cause, connections } of findings) counts.set(cause, (counts.get(cause) ?? 0) + connections)
  return counts
}

/** `nothing` for a run without findings. */
function mostFrequent(counts) {
  return [...counts].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))[0]?.[0] ?? 'nothing'
}
