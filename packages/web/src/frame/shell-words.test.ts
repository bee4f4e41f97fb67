import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { folderOf, shellWord } from './shell-words.ts'

describe('a name in a command', () => {
  it.each([
    'a.pcap',
    'a b.pcap',
    "it's.pcap",
    '$(id).pcap',
    '`id`',
    'a;id',
    '<img src=x onerror=1>',
    '事件.pcap',
    '"',
    '\\',
    '*',
  ])('is one word to a shell: %s', (name) => {
    expect(execFileSync('sh', ['-c', `printf %s ${shellWord(name)}`], { encoding: 'utf8' })).toBe(name)
  })

  it('is never an option, and not given where pasting it could run something', () => {
    expect(shellWord('-rf')).toBe('./-rf')
    for (const name of ['a\nid', 'a\u001b[201~id', '', '-']) expect(shellWord(name)).toBe('FILE')
  })

  it('is the folder where all files are in one', () => {
    expect(folderOf(['a/b/c.pcap', 'a/b/ss/1.txt'])).toBe('a/b')
    expect(folderOf(['a/b.pcap', 'c/d.log'])).toBeUndefined()
    expect(folderOf(['a.pcap', 'b.log'])).toBeUndefined()
    expect(folderOf(['/a.pcap', '/b.log'])).toBe('/')
    expect(folderOf([])).toBeUndefined()
  })
})
