import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { listScenarios } from '@whyreset/lab'
import { start, whyreset } from './whyreset.ts'

const PLAYED = [
  'closed-port',
  'data-after-close',
  'pipelined-commands',
  'policy-mid-flow',
  'story-in-containers',
] as const
const NAMESPACES = '/run/netns'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'whyreset-lab-test-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

describe('without rights', () => {
  it('lists every scenario with its cause', () => {
    const { code, stdout } = whyreset(['lab', 'list'])
    expect(code).toBe(0)
    for (const { name, cause } of listScenarios())
      expect(stdout).toMatch(new RegExp(`^  ${name} +${cause}\\b`, 'm'))
  })

  it('asks what was meant by a scenario that does not exist', () => {
    const { code, stderr } = whyreset(['lab', 'run', 'closed-prot'])
    expect(code).toBe(2)
    expect(stderr).toBe("whyreset: no scenario is called 'closed-prot'\n(Did you mean closed-port?)\n")
  })

  it('asks what was meant by a word that is no command of it', () => {
    expect(whyreset(['lab', 'rnu'])).toEqual({
      code: 2,
      stdout: '',
      stderr: "whyreset: 'rnu' is no command of lab\n(Did you mean whyreset lab run?)\n",
    })
    expect(whyreset(['lab', 'closed-port']).stderr).toContain('Did you mean whyreset lab run closed-port?')
    expect(whyreset(['lab', 'elephant']).stderr).toContain('(list, run and record are)')
  })

  it('refuses a seed that is no number', () => {
    const { code, stderr } = whyreset(['lab', 'run', 'closed-port', '--seed', 'x'])
    expect(code).toBe(2)
    expect(stderr).toContain('a whole number such as 7 was wanted')
  })
})

describe('on a real kernel', () => {
  it.for(PLAYED)('%s: the verdict agrees with the label', (name, { skip }) => {
    skipWhereItCannotRun(name, skip)
    const { code, stdout, stderr } = whyreset(['lab', 'run', name, '--seed', '3'])
    expect(stdout, stderr).toContain('the verdict agrees with the label')
    expect(code).toBe(0)
  })

  it('says the same as JSON', ({ skip }) => {
    skipWhereItCannotRun('closed-port', skip)
    const { code, stdout } = whyreset(['lab', 'run', 'closed-port', '--seed', '3', '--json'])
    const answer = JSON.parse(stdout)
    expect(answer).toMatchObject({ scenario: 'closed-port', seed: 3, agreement: 'agrees' })
    expect(answer.diagnosis.findings[0].connections).toBe(answer.truth.findings[0].connections)
    expect(code).toBe(0)
  })

  it('keeps a recording with its label, private, which analyze answers', ({ skip }) => {
    skipWhereItCannotRun('status-line-client', skip)
    const directory = join(folder, 'incident')
    const { code, stdout } = whyreset(['lab', 'record', 'status-line-client', directory, '--seed', '5'])
    expect(code).toBe(0)
    const truth: unknown = JSON.parse(readFileSync(join(directory, 'truth.json'), 'utf8'))
    expect(truth).toMatchObject({
      case: 'status-line-client-5',
      findings: [{ cause: 'unread-data', resetBy: 'client' }],
    })
    expect(stdout).toContain('× unread-data by client')
    expect(statSync(directory).mode & 0o777).toBe(0o700)
    for (const file of readdirSync(directory, { withFileTypes: true }))
      if (file.isFile()) expect(statSync(join(directory, file.name)).mode & 0o777, file.name).toBe(0o600)
    const { findings } = truth as { findings: readonly object[] }
    expect(JSON.parse(whyreset([directory, '--json']).stdout)).toMatchObject({ findings })
  })

  it('removes everything when it is interrupted, and exits 130', async ({ skip }) => {
    skipWhereItCannotRun('closed-port', skip)
    const { child, end } = start(['lab', 'run', 'closed-port'], { TMPDIR: folder })
    await vi.waitUntil(() => namespacesOf(child.pid).length === 2)
    expect(readdirSync(folder)).toHaveLength(2)
    child.kill('SIGINT')
    const { code, stdout } = await end
    expect(code).toBe(130)
    expect(stdout).toBe('')
    expect(namespacesOf(child.pid)).toEqual([])
    expect(readdirSync(folder)).toEqual([])
  })

  it.for([
    ['run', ['lab', 'run', 'closed-port']],
    ['record', ['lab', 'record', 'closed-port', 'incident']],
  ] as const)('%s leaves nothing when it is killed, but what was recorded', async ([, args], { skip }) => {
    skipWhereItCannotRun('closed-port', skip)
    const { child, end } = start(
      args.map((arg) => (arg === 'incident' ? join(folder, arg) : arg)),
      { TMPDIR: folder },
    )
    await vi.waitUntil(() => namespacesOf(child.pid).length === 2)
    child.kill('SIGKILL')
    await end
    await vi.waitUntil(() => namespacesOf(child.pid).length === 0)
    await vi.waitUntil(() => readdirSync(folder).every((name) => name === 'incident'))
  })
})

function skipWhereItCannotRun(name: string, skip: (why: string) => void): void {
  const missing = listScenarios().find((scenario) => scenario.name === name)?.missing ?? []
  if (missing.length > 0) skip(`${name} needs ${missing.join(', ')}`)
}

/** That a process's lab has now. */
function namespacesOf(pid: number | undefined): readonly string[] {
  if (!existsSync(NAMESPACES)) return []
  return readdirSync(NAMESPACES).filter((name) => name.startsWith(`whyreset-lab-${pid}-`))
}
