/** Linux chooses ports of its own from here on (ip_local_port_range): such a port names no service. */
const FIRST_EPHEMERAL_PORT = 32_768
/** As `findings.ts` writes more than three: `10.0.0.1:80 and 41 others`. */
const OTHERS = / and \d+ others$/
const NOT_KNOWN = 'unknown'

/** The addresses that a finding or a warning names; none where none is known. */
export function namesOf(joined: string | undefined): readonly string[] {
  if (joined === undefined) return []
  return joined
    .replace(OTHERS, '')
    .split(', ')
    .filter((name) => name !== '' && name !== NOT_KNOWN)
}

/** The ports that name a service: those that the system chooses say nothing in another run. */
export function servicePorts(joined: string | undefined): readonly number[] {
  return portsOf(joined).filter((port) => port < FIRST_EPHEMERAL_PORT)
}

/** No port by which the service could be known again. */
export function isWithoutService(joined: string | undefined): boolean {
  return servicePorts(joined).length === 0
}

/** The addresses without their ports. */
export function hostsOf(joined: string | undefined): readonly string[] {
  return namesOf(joined).map((name) =>
    name.replace(/^\[([^\]]*)\](?::\d{1,5})?$/, '$1').replace(/^([^:]*):\d{1,5}$/, '$1'),
  )
}

function portsOf(joined: string | undefined): readonly number[] {
  return namesOf(joined).flatMap((name) => {
    const match = /^(?:\[[^\]]*\]|[^:]*):(\d{1,5})$/.exec(name)
    return match === null ? [] : [Number(match[1])]
  })
}
