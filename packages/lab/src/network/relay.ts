import type { Host } from './host.ts'

/** The routing table through which what comes from the hosts goes into the relay. */
const TABLE = '100'

/** Leads all that a router forwards through the relay's device, once it is there. What comes out is routed as ever. */
export async function routeThroughRelay(router: Host): Promise<void> {
  await router.run('ip', ['link', 'set', 'dly0', 'up', 'mtu', '1500'])
  await router.sysctl({ 'net.ipv4.conf.dly0.rp_filter': 0, 'net.ipv4.conf.all.rp_filter': 0 })
  const family = router.family === 6 ? '-6' : '-4'
  await router.run('ip', [family, 'route', 'add', 'default', 'dev', 'dly0', 'table', TABLE])
  for (const index of router.addresses.keys())
    await router.run('ip', [family, 'rule', 'add', 'iif', `eth${index}`, 'lookup', TABLE])
}
