/** One family of the Prometheus text format 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats/ */
export interface MetricFamily {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge'
  readonly samples: readonly (readonly [labels: Readonly<Record<string, string>>, value: number])[]
}

export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

export function writeMetrics(families: readonly MetricFamily[]): string {
  return families.map(writeFamily).join('')
}

function writeFamily({ name, help, type, samples }: MetricFamily): string {
  const lines = samples.map(([labels, value]) => `${name}${writeLabels(labels)} ${value}\n`)
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`
}

function writeLabels(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${escaped(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function escaped(value: string): string {
  return value
    .replaceAll('\\', '\\\\')
    .replaceAll('"', String.raw`\"`)
    .replaceAll('\n', String.raw`\n`)
}
