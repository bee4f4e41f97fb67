import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { findNode } from './node-program.ts'
import { hasHotload } from './program-files.ts'

/** What a scenario can need: a program on PATH, or something else that can be looked for. */
const NEEDS = {
  root: { wanted: 'root', has: () => process.getuid?.() === 0, get: 'run it with sudo' },
  node: { wanted: 'node', has: () => findNode() !== undefined, get: 'apt-get install nodejs' },
  ip: onPath('ip', 'iproute2'),
  nsenter: onPath('nsenter', 'util-linux'),
  sysctl: onPath('sysctl', 'procps'),
  tcpdump: onPath('tcpdump', 'tcpdump'),
  nft: onPath('nft', 'nftables'),
  ss: onPath('ss', 'iproute2'),
  java: onPath('java', 'openjdk-17-jdk-headless'),
  httpclient4: {
    wanted: 'Apache HttpClient 4',
    has: () => HTTP_CLIENT_4.every((jar) => existsSync(jar)),
    get: 'apt-get install libhttpclient-java',
  },
  python3: onPath('python3', 'python3'),
  tun: {
    wanted: '/dev/net/tun',
    has: () => existsSync('/dev/net/tun'),
    get: 'modprobe tun',
  },
  openssl: onPath('openssl', 'openssl'),
  nginx: onPath('nginx', 'nginx-light'),
  haproxy: onPath('haproxy', 'haproxy'),
  dockerd: onPath('dockerd', 'docker.io'),
  containerd: onPath('containerd', 'containerd'),
  setpriv: onPath('setpriv', 'util-linux'),
  hotload: { wanted: 'hotload', has: hasHotload, get: 'npm run build' },
  busybox: onPath('busybox', 'busybox-static'),
} satisfies Record<string, NeedCheck>

interface NeedCheck {
  readonly wanted: string
  has(): boolean
  /** What to type to get it. */
  readonly get: string
}

export type Need = keyof typeof NEEDS

/** Every scenario needs these. */
const ALWAYS: readonly Need[] = ['root', 'node', 'ip', 'nsenter', 'sysctl', 'tcpdump']

/** Where Debian's libhttpclient-java and what it depends on put their archives. */
const JAVA_ARCHIVES = '/usr/share/java'
export const HTTP_CLIENT_4: readonly string[] = [
  'httpclient.jar',
  'httpcore.jar',
  'commons-logging.jar',
  'commons-codec.jar',
].map((jar) => join(JAVA_ARCHIVES, jar))

/** What is missing here, as `tcpdump (apt-get install tcpdump)`; empty when it can run. */
export function missingNeeds(needs: readonly Need[]): readonly string[] {
  return [...ALWAYS, ...needs].flatMap((need) => {
    const check = NEEDS[need]
    return check.has() ? [] : [`${check.wanted} (${check.get})`]
  })
}

function onPath(program: string, debianPackage: string): NeedCheck {
  return {
    wanted: program,
    has: () => (process.env['PATH'] ?? '').split(delimiter).some((folder) => isProgram(folder, program)),
    get: `apt-get install ${debianPackage}`,
  }
}

function isProgram(folder: string, program: string): boolean {
  if (folder === '') return false
  try {
    accessSync(join(folder, program), constants.X_OK)
    return true
  } catch {
    return false
  }
}
