/** What bounds the exhibits: a page carries them, and a capture may hold anything. */
export const MAX_LANES = 10_000
export const MAX_LADDERS = 200
export const MAX_SEGMENTS = 2_000
/** Of connections that were not reset: what a healthy one looks like beside them. */
export const MAX_OTHER_LADDERS = 40
/** Of a series; what is beyond is in its bins. */
export const MAX_EVENTS = 50_000
/** Characters of any one text. */
export const MAX_TEXT = 300
export const MAX_LANE_RSTS = 4
export const MAX_SOCKET_GROUPS = 200
