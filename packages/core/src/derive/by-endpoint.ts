/** Values by address and port. A key made of both would be a new string for each look-up. */
export class ByEndpoint<T> {
  private readonly hosts = new Map<string, Map<number, T>>()

  get(address: string, port: number): T | undefined {
    return this.hosts.get(address)?.get(port)
  }

  set(address: string, port: number, value: T): void {
    const ports = this.hosts.get(address)
    if (ports === undefined) this.hosts.set(address, new Map([[port, value]]))
    else ports.set(port, value)
  }
}

/** Adds to the values of an endpoint. */
export function pushTo<T>(lists: ByEndpoint<T[]>, address: string, port: number, value: T): void {
  const list = lists.get(address, port)
  if (list === undefined) lists.set(address, port, [value])
  else list.push(value)
}
