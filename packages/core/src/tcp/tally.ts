/* How the kernel's sums of a service are laid out, in bytes: see `service-tallies.ts`. Only constants, for the kernel too. */

/** 256 places for services, by the upper bits of a hash of address and port: the first that comes to one keeps it. */
export const TALLY_HASH_SHIFT = 24
export const TALLY_BYTES = 4096
/** Whose sums they are: the port with a bit that says that there is one. */
export const T_ADDRESS = 0
export const T_PORT = 4
export const T_IS_TAKEN = 1 << 16
/** Of the connections, how many were reset. */
export const T_RESETS = 8
/** As the numbers of `Service`. */
export const T_CONNECTIONS = 12
export const T_ASKED = 16
export const T_TLS = 20
export const T_PLAIN = 24
export const T_LOW_HOPS = 28
export const T_HIGH_HOPS = 32
/** Connections that `Churn` counts. */
export const T_CHURN = 36
export const T_ESTABLISHED_NS = 40
/** Durations: the longest in milliseconds, and how many there are in each bucket. */
export const DURATION_COUNTS = 8
export const BUCKETS = 120
/** Where the first bucket begins. */
export const FIRST_MS = 0.1
export const T_LIFETIMES = 48
export const T_IDLES = 536
/** Places of clients, by a hash of the address. */
export const T_CLIENTS = 1024
export const CLIENT_SLOTS = 256
export const CLIENT_HASH_SHIFT = 24
/** Clients of one tally: half of the slots are empty at the least. */
export const MAX_CLIENTS = 128
export const CLIENT_BYTES = 12
export const CLIENT_ADDRESS = 0
export const CLIENT_CONNECTIONS = 4
export const CLIENT_IS_TAKEN = 8
