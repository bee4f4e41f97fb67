import type { Missing, RecordOptions } from './recording.ts'

/** A JVM whose collections nobody will know of, and what can be done about it. */
export function missingGcLogs({
  targets,
  gcLogs = [],
}: Pick<RecordOptions, 'targets' | 'gcLogs'>): Missing[] {
  return targets.flatMap((target): Missing[] => {
    const isNamed = gcLogs.some((log) => log.target === undefined || log.target.name === target.name)
    if (target.runtime?.kind !== 'jvm' || target.gcLogs.length > 0 || isNamed) return []
    const { attach, pid } = target.runtime
    return [
      {
        what: `a garbage-collection log of ${target.name}`,
        because: `${whyNone(attach)}; jcmd ${pid} VM.log output=gc.log what=gc switches one on as it runs`,
        without: 'resets cannot be held against garbage collections',
      },
    ]
  })
}

function whyNone(attach: 'answered' | { readonly refused: string } | undefined): string {
  if (attach === undefined) return 'its options name none that it writes (--attach asks the JVM itself)'
  return attach === 'answered' ? 'its JVM says that it writes none' : attach.refused
}
