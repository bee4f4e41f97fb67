import { describe, expect, test } from 'vitest'
import { analyze } from '../src/analyze.ts'
import type { Diagnosis } from '../src/diagnosis.ts'
import { evidenceFolders, type EvidenceFile } from './evidence/folder.ts'
import { fileInput } from './evidence/inputs.ts'
import { differences, falsehoods } from './evidence/truth.ts'

/**
 * Why the kernel says that it sent such resets (include/net/rstreason.h). Causes whose resets are not of an end's own
 * kernel, or have none, are not here.
 */
const KERNEL_REASONS: Readonly<Record<string, readonly string[]>> = {
  'abortive-close': ['TCP_STATE'],
  'connection-refused': ['NO_SOCKET'],
  'garbage-collected': ['TCP_ABORT_ON_CLOSE'],
  'idle-timeout-reset': ['TCP_STATE'],
  'keepalive-timeout': ['TCP_KEEPALIVE_TIMEOUT'],
  'listener-closed': ['TCP_STATE'],
  'port-scan': ['NO_SOCKET'],
  'process-exit': ['TCP_ABORT_ON_CLOSE', 'NO_SOCKET'],
  'request-unread': ['TCP_ABORT_ON_CLOSE', 'TCP_ABORT_ON_DATA'],
  'unread-data': ['TCP_ABORT_ON_CLOSE'],
}

describe.each(evidenceFolders('lab'))('$name', ({ files, truth }) => {
  test('is answered as it happened', async () => {
    expect(differences(await diagnose(files), truth)).toEqual([])
  })

  test('is not answered wrongly from the captures alone', async () => {
    const captures = files.filter(({ name }) => name.endsWith('.pcap'))
    expect(falsehoods(await diagnose(captures), truth)).toEqual([])
  })

  const expected = truth.findings.flatMap(({ cause }) => KERNEL_REASONS[cause] ?? [])
  test.skipIf(expected.length === 0)('the kernel’s own reason confirms the label', () => {
    const said = files
      .filter(({ name }) => name.endsWith('kernel-resets.txt'))
      .flatMap(({ bytes }) => [
        ...new TextDecoder().decode(bytes).matchAll(/tcp_send_reset: .* reason=(\w+)/g),
      ])
      .map(([, reason = '']) => reason)
    expect(said.some((reason) => expected.includes(reason))).toBe(true)
  })
})

async function diagnose(files: readonly EvidenceFile[]): Promise<Diagnosis> {
  return (await analyze(files.map(fileInput))).diagnosis
}
