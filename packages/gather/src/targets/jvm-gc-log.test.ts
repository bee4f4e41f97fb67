import { describe, expect, it } from 'vitest'
import { gcOutputs, isNamedBy } from './jvm-gc-log.ts'

const stdout = { kind: 'stdout' }
const file = (name: string): object => ({ kind: 'file', name })

describe('gcOutputs', () => {
  it.each([
    ['-Xlog:gc', [stdout]],
    ['-Xlog', [stdout]],
    ['-Xlog:gc*=debug,safepoint:file=gc.log:time,uptime:filecount=5,filesize=10M', [file('gc.log')]],
    ['-Xlog:gc*:gc.log', [file('gc.log')]],
    ['-Xlog:gc*:file="/a b/c:d.log":time', [file('/a b/c:d.log')]],
    ['-Xlog:gc*::time', [stdout]],
    ['-Xlog:gc*:stderr', [stdout]],
    ['-Xlog::all.log', [file('all.log')]],
    ['-Xlog:all=info:file=all.log', [file('all.log')]],
    ['-Xlog:all=warning:file=all.log', []],
    ['-Xlog:gc+heap=trace:file=heap.log', [file('heap.log')]],
    ['-Xlog:safepoint*:file=safepoint.log', [file('safepoint.log')]],
    ['-Xlog:class+load:file=classes.log', []],
    ['-Xlog:gc=off:file=none.log', []],
    ['-Xlog:async', []],
    ['-Xlog:help', []],
    ['-Xloggc:/var/log/gc-%p-%t.log', [file('/var/log/gc-%p-%t.log')]],
    ['-verbose:gc', [stdout]],
    ['-XX:+PrintGCDetails', [stdout]],
    ['-XX:+PrintGCDetails -Xloggc:gc.log', [file('gc.log')]],
    ['-Xlog:gc:a.log -Xlog:gc*:b.log', [file('a.log'), file('b.log')]],
    ['-Xlog:gc:a.log -Xlog:disable -Xlog:gc*:b.log', [file('b.log')]],
    ['-Xmx1g -Dlog=-Xlog', []],
  ])('%s', (options, outputs) => {
    expect(gcOutputs(options.split(/ (?=-)/))).toEqual(outputs)
  })
})

describe('isNamedBy', () => {
  it.each([
    ['/app/gc.log', '/app/gc.log', true],
    ['/var/gc-1234.log', '/var/gc-%p.log', true],
    ['/var/gc-pid1234.log', '/var/gc-%p.log', true],
    ['/var/gc-2026-11-22_14-55-16.log', '/var/gc-%t.log', true],
    ['/app/gc.log.0.current', '/app/gc.log', true],
    ['/app/gc.log.0', '/app/gc.log', false],
    ['/app/gcXlog', '/app/gc.log', false],
    ['/etc/shadow', '/app/gc.log', false],
    ['/app/100%.log', '/app/100%.log', true],
    ['/app/a?b(c.log', '/app/a?b(c.log', true],
  ])('%s answers to %s: %s', (path, name, answers) => {
    expect(isNamedBy(path, name)).toBe(answers)
  })

  it('gives up on a row of placeholders, which would match for hours', () => {
    expect(isNamedBy(`/${'1'.repeat(250)}x`, `/${'%p'.repeat(50)}`)).toBe(false)
  })
})
