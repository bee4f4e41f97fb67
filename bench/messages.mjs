/** Payloads of the synthetic captures: whole HTTP messages of every length in use, made once. */

const SEGMENT_BYTES = 1448

const SHORTEST_REQUEST = 26
const LONGEST_REQUEST = 62
const SHORTEST_RESPONSE = 42
const LONGEST_RESPONSE = 82

const requests = table(SHORTEST_REQUEST, LONGEST_REQUEST, (length) => {
  const [start, end] = ['GET /', ' HTTP/1.1\r\n\r\n']
  return `${start}${'catalog/item-'.repeat(5).slice(0, length - start.length - end.length)}${end}`
})
const responses = table(SHORTEST_RESPONSE, LONGEST_RESPONSE, response)
const bodySegment = Buffer.alloc(SEGMENT_BYTES, '{"id":4711,"name":"item"},')

/** A request whose length is drawn. */
export function drawRequest(below) {
  return requests[below(requests.length)]
}

/** A response of one small segment. */
export function drawResponse(below) {
  return responses[below(responses.length)]
}

/** The first of `segments` full segments, announcing the length of all of them. */
export function firstSegment(segments) {
  firstSegments[segments] ??= Buffer.from(response(segments * SEGMENT_BYTES)).subarray(0, SEGMENT_BYTES)
  return firstSegments[segments]
}

/** Every other one. */
export function furtherSegment() {
  return bodySegment
}

const firstSegments = []

function response(length) {
  let announced = length - head(length).length
  if (head(announced).length + announced < length) announced += 1
  return head(announced) + '[{"id":4711},'.repeat(Math.ceil(announced / 13)).slice(0, announced)
}

function head(announced) {
  return `HTTP/1.1 200 OK\r\nContent-Length: ${announced}\r\n\r\n`
}

function table(shortest, longest, make) {
  return Array.from({ length: longest - shortest + 1 }, (_, index) => Buffer.from(make(shortest + index)))
}
