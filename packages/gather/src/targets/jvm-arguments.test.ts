import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { javaOptions, splitWords } from './jvm-arguments.ts'

let root: string

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'whyreset-argfile-'))
})
afterAll(() => rm(root, { recursive: true, force: true }))

function options(...commandLine: string[]): Promise<string[]> {
  return javaOptions({ commandLine: ['java', ...commandLine], environment: {}, root, folder: '/' })
}

describe('javaOptions', () => {
  it('ends with the main class, the jar or the module: the rest is the program’s', async () => {
    expect(await options('-Xmx1g', '-cp', 'a.jar', 'Main', '-Xlog:gc:fake.log')).toEqual(['-Xmx1g', '-cp'])
    expect(await options('-jar', 'app.jar', '-Xloggc:fake.log')).toEqual([])
    expect(await options('-ea', '-m', 'a/b', '-Xlog')).toEqual(['-ea'])
  })

  it('puts the variables where the JVM puts them: later options win', async () => {
    const environment = { JAVA_TOOL_OPTIONS: '-Da', JDK_JAVA_OPTIONS: '-Db', _JAVA_OPTIONS: '-Dd' }
    expect(
      await javaOptions({ commandLine: ['java', '-Dc', 'Main'], environment, root, folder: '/' }),
    ).toEqual(['-Da', '-Db', '-Dc', '-Dd'])
  })

  it('reads an argument file inside the root: quotes, comments, continued lines', async () => {
    const lines = ['# a comment', '-Da="x y"   -Db', '"-Xlog:gc*:file=C\\\\d.log:\\', '   time" # end', '-Dc']
    await writeFile(join(root, 'args'), lines.join('\n'))
    expect(await options('@args', 'Main')).toEqual([
      '-Da=x y',
      '-Db',
      '-Xlog:gc*:file=C\\d.log:   time',
      '-Dc',
    ])
  })

  it('takes @@ as a plain @, and no file after --disable-@files', async () => {
    expect(await options('-Da', '@@args')).toEqual(['-Da'])
    expect(await options('--disable-@files', '@args')).toEqual(['--disable-@files'])
  })
})

describe('splitWords', () => {
  it.each([
    [`-Da='b c' "-Dd"`, ['-Da=b c', '-Dd']],
    ['  ', []],
    ['-Da="" x', ['-Da=', 'x']],
    [`-Xlog:gc:file="gc log"`, ['-Xlog:gc:file=gc log']],
  ])('%s', (text, words) => {
    expect(splitWords(text)).toEqual(words)
  })
})
