import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { localtimeOf } from './zone.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'whyreset-zone-'))
  await mkdir(join(root, 'etc'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

/** A zone file that says only what its last line says; RFC 9636 §3.3 puts a POSIX rule there. */
async function zoneFile(path: string, rule: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true })
  await writeFile(join(root, path), `TZif2${'\0'.repeat(80)}\n${rule}\n`)
}

describe('localtimeOf', () => {
  it('is UTC without /etc/localtime, as tzset has it', async () => {
    expect(await localtimeOf(root)).toBe('UTC')
  })

  it('takes the name from the link into the zone database', async () => {
    await zoneFile('/usr/share/zoneinfo/Asia/Shanghai', 'CST-8')
    await symlink('/usr/share/zoneinfo/Asia/Shanghai', join(root, 'etc/localtime'))
    expect(await localtimeOf(root)).toBe('Asia/Shanghai')
  })

  it('is UTC where the link leads nowhere: an image without tzdata', async () => {
    await symlink('/usr/share/zoneinfo/Asia/Shanghai', join(root, 'etc/localtime'))
    expect(await localtimeOf(root)).toBe('UTC')
  })

  it.each([
    ['CST-8', '+08:00'],
    ['<+0330>-3:30', '+03:30'],
    ['EST5', '-05:00'],
    ['UTC0', 'UTC'],
    // Summer time: no one offset holds all year.
    ['CET-1CEST,M3.5.0,M10.5.0/3', undefined],
    ['nonsense', undefined],
  ])('reads the rule %s of a copied file: %s', async (rule, zone) => {
    await zoneFile('/etc/localtime', rule)
    expect(await localtimeOf(root)).toBe(zone)
  })

  it('does not follow a link out of the root to the host’s zone', async () => {
    await symlink('../../../../../../../../../usr/share/zoneinfo/Asia/Tokyo', join(root, 'etc/localtime'))
    expect(await localtimeOf(root)).toBe('UTC')
  })
})
