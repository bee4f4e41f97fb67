import { isEmpty, type Because } from '../cause.ts'
import type { Message } from '../diagnosis.ts'
import type { MessageId } from '../messages/catalogue.ts'
import { say } from '../messages/say.ts'

/** Sentences without values, each made once: a capture with many resets has the same exclusions over and over. */
const PLAIN = new Map<MessageId, Message>()

export function sayBecause({ id, values }: Because): Message {
  if (!isEmpty(values)) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the union ties each id to its values
    return say(id, values as never)
  }
  let message = PLAIN.get(id)
  if (message === undefined) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above
    message = say(id, values as never)
    PLAIN.set(id, message)
  }
  return message
}
