/**
 * A batch is one flat array of entries: a kind, an id and the fields of that kind. One array with numbers in it is cloned
 * several times faster than an object for each call (bench/hotload.mjs). The guest may be hostile: what it sends is read
 * with `batch-reader.ts` and answers only what was asked.
 */

/** Host → guest: url of the entry, handover, host's start of the names that are kept for hooks. */
export const LOAD = 1
/** Host → guest: index of the method, where the signal stands, number of arguments, the arguments. */
export const CALL = 2
/** Host → guest: the record of the reason. */
export const ABORT = 3
/** Host → guest: how many more items of a stream may be sent. */
export const NEED = 4
/** Host → guest: nobody reads the stream any more. */
export const STOP = 5
export const HANDOVER = 6
export const DISPOSE = 7

/** Guest → host: the value. */
export const VALUE = 1
/** Guest → host: the error's record. */
export const FAILURE = 2
/** Guest → host: the result is an async iterable; `STREAM_WINDOW` items may come before the first `NEED`. */
export const STREAM = 3
export const ITEM = 4
/** Guest → host: the stream ended. */
export const END = 5

/** Items that may be under way before the reader took one. */
export const STREAM_WINDOW = 32

/** Where the signal stands among the arguments: an index, or one of these. */
export const NO_SIGNAL = -1
export const SIGNAL_IN_LAST = -2

/** `LOAD` is the first entry and has the first id; so its answer is `VALUE` with the names of the methods. */
export const LOAD_ID = 0

/** Where a package lists the ArrayBuffers of an argument or a result that are moved, not copied. */
export const TRANSFER = Symbol.for('hotload.transfer')
