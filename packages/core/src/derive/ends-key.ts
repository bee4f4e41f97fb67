import type { Endpoint } from '../read/endpoint.ts'

/** One direction between two ends, as a key. */
export function endsKey(own: Partial<Endpoint>, peer: Partial<Endpoint>): string {
  return `${own.address}:${own.port} ${peer.address}:${peer.port}`
}

export function pushTo<K, T>(map: Map<K, T[]>, key: K, value: T): void {
  const values = map.get(key)
  if (values === undefined) map.set(key, [value])
  else values.push(value)
}
