/** TCP header flags (RFC 9293 §3.1). */
export const FIN: i32 = 1
export const SYN: i32 = 2
export const RST: i32 = 4
export const ACK: i32 = 16
