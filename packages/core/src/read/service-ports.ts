/**
 * Names that ss and netstat print for ports when they are not told `-n`. The names are IANA's (RFC 6335); only
 * those of services that are often reset are here, any other name leaves the port unknown.
 */
const SERVICE_PORTS: ReadonlyMap<string, number> = new Map([
  ['ssh', 22],
  ['telnet', 23],
  ['smtp', 25],
  ['domain', 53],
  ['http', 80],
  ['www', 80],
  ['kerberos', 88],
  ['pop3', 110],
  ['sunrpc', 111],
  ['imap', 143],
  ['imap2', 143],
  ['ldap', 389],
  ['https', 443],
  ['microsoft-ds', 445],
  ['submissions', 465],
  ['submission', 587],
  ['ldaps', 636],
  ['imaps', 993],
  ['pop3s', 995],
  ['ms-sql-s', 1433],
  ['mqtt', 1883],
  ['nfs', 2049],
  ['mysql', 3306],
  ['ms-wbt-server', 3389],
  ['epmd', 4369],
  ['amqps', 5671],
  ['amqp', 5672],
  ['postgresql', 5432],
  ['x11', 6000],
  ['redis', 6379],
  ['http-alt', 8080],
  ['webcache', 8080],
  ['https-alt', 8443],
])

export function servicePort(name: string): number | undefined {
  return SERVICE_PORTS.get(name.toLowerCase())
}

/** The form of a service name, known or not: letters, digits and hyphens with at least one letter. */
export function isServiceName(text: string): boolean {
  return text.length <= 32 && /^[\w.+-]+$/.test(text) && /[a-z]/i.test(text)
}
