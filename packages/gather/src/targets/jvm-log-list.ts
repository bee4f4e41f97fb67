import type { GcOutput } from './jvm-gc-log.ts'

/**
 * The outputs of `VM.log list` that get lines about collections: `#2: file=/tmp/gc.log all=off,gc*=info uptime,level
 * filecount=5,…` (HotSpot `LogConfiguration::describe_current_configuration`).
 */
export function listedGcOutputs(answer: string): GcOutput[] {
  const lines = answer.matchAll(/^ *#\d+: (.+?) ((?:[a-z0-9+*]+=[a-z]+,?)+)(?: |$)/gm)
  return [...lines].flatMap(([, name = '', selections = '']): GcOutput[] => {
    if (!selections.split(',').some(tellsOfCollections)) return []
    if (name === 'stdout' || name === 'stderr') return [{ kind: 'stdout' }]
    const path = /^file="?(.+?)"?$/.exec(name)?.[1]
    return path === undefined ? [] : [{ kind: 'file', name: path }]
  })
}

/** Collections are told at level info. */
function tellsOfCollections(selection: string): boolean {
  const [tags = '', level = ''] = selection.split('=')
  const names = tags.replace(/\*$/, '').split('+')
  return ['info', 'debug', 'trace'].includes(level) && names.some((tag) => tag === 'gc' || tag === 'all')
}
