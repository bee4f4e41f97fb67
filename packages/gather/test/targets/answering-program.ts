import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * An executable that gives the answers of `fixtures/targets/NAME.json`, each for the arguments that are its key, and
 * fails for others. `replace` puts real pids and times in the place of the fixture's.
 */
export async function answeringProgram(
  folder: string,
  name: string,
  replace: (text: string) => string,
): Promise<string> {
  const fixture = await readFile(new URL(`../fixtures/targets/${name}.json`, import.meta.url), 'utf8')
  const answers: unknown = JSON.parse(replace(fixture))
  const home = join(folder, name)
  await mkdir(home)
  const cases: string[] = []
  for (const [at, [args, answer]] of Object.entries(answers ?? {}).entries()) {
    const lines: unknown =
      Array.isArray(answer) && answer.every((line) => typeof line === 'string') ? answer : undefined
    const text = Array.isArray(lines) ? lines.map((line) => `${line}\n`).join('') : JSON.stringify(answer)
    const file = join(home, String(at))
    await writeFile(file, text)
    cases.push(`${quoted(args)}) exec cat ${quoted(file)} ;;\n`)
  }
  const program = join(home, 'program')
  // A case costs no process, and a file's name is too short for some arguments.
  await writeFile(program, `#!/bin/sh\ncase "$*" in\n${cases.join('')}esac\nexit 1\n`, { mode: 0o755 })
  return program
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
