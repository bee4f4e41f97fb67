/** Debian packages that the live parts need: installed when root, printed first; WHYRESET_NO_INSTALL=1 prevents it. */
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** What tells that a package is there: a program on PATH, or a file. */
const PACKAGES = {
  tshark: 'tshark',
  tcpdump: 'tcpdump',
  iproute2: 'ip',
  nftables: 'nft',
  procps: 'sysctl',
  'util-linux': 'nsenter',
  'busybox-static': 'busybox',
  openssl: 'openssl',
  python3: 'python3',
  'docker.io': 'dockerd',
  containerd: 'containerd',
  'containernetworking-plugins': '/usr/lib/cni/bridge',
  podman: 'podman',
  systemd: '/lib/systemd/systemd',
  'default-jdk-headless': 'java',
  'libhttpclient-java': '/usr/share/java/httpclient.jar',
  chromium: 'chromium',
}

/** What the reference story needs when it is played live. */
export const STORY_PACKAGES = ['tcpdump', 'iproute2', 'procps', 'util-linux']
/** What the live tests need beside that; those whose package cannot be had are skipped and say so. */
export const TEST_PACKAGES = Object.keys(PACKAGES)

/** On Debian as root only; failing is not fatal, and is said. */
export function installPackages(names) {
  if (process.env['WHYRESET_NO_INSTALL'] === '1' || process.getuid?.() !== 0) return
  const missing = names.filter((name) => !isThere(PACKAGES[name]))
  if (missing.length === 0 || !existsSync('/etc/debian_version')) return
  const install = ['install', '-y', '-q', '--no-install-recommends', ...missing]
  process.stderr.write(`whyreset: apt-get ${install.join(' ')} (WHYRESET_NO_INSTALL=1 prevents it)\n`)
  // A service that its package starts is not wanted: the tests start their own.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' }
  for (const args of [['update', '-q'], install]) {
    if (spawnSync('/usr/bin/apt-get', args, { stdio: ['ignore', 2, 2], env }).status === 0) continue
    process.stderr.write('whyreset: that failed; what needs these packages will be skipped\n')
    return
  }
}

function isThere(sign) {
  if (sign.startsWith('/')) return existsSync(sign)
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => isProgram(join(folder, sign)))
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
