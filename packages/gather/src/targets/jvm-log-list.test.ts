import { describe, expect, it } from 'vitest'
import { listedGcOutputs } from './jvm-log-list.ts'

/** Of OpenJDK 17, shortened. */
const ANSWER = `Available log levels: off, trace, debug, info, warning, error
Described tag sets:
 logging: Logging for the log framework itself
Log output configuration:
 #0: stdout all=warning uptime,level,tags
 #1: stderr all=off uptime,level,tags
 #2: file=/var/log/pauses.txt all=off,gc*=info uptime,level,tags filecount=5,filesize=20480K,async=false
 #3: file=/var/log/classes.txt all=off,class+load=info uptime,level,tags filecount=5,filesize=20480K,async=false
 #4: file=/tmp/a b.log all=off,gc+heap=trace,safepoint=off uptime,level,tags filecount=5 (reconfigured)
`

describe('listedGcOutputs', () => {
  it('takes the outputs that are told of collections, and no other', () => {
    expect(listedGcOutputs(ANSWER)).toEqual([
      { kind: 'file', name: '/var/log/pauses.txt' },
      { kind: 'file', name: '/tmp/a b.log' },
    ])
  })

  it('knows collections on standard output from warnings there', () => {
    expect(listedGcOutputs(' #0: stdout all=warning,gc=info uptime,level,tags\n')).toEqual([
      { kind: 'stdout' },
    ])
  })

  it('finds none in anything else', () => {
    expect(listedGcOutputs('java.lang.IllegalArgumentException: Unknown diagnostic command\n')).toEqual([])
  })
})
