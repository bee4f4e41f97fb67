import { isEmpty, type Because } from '../cause.ts'
import type { Message } from '../diagnosis.ts'
import type { MessageId, MessageValues } from '../messages/catalogue.ts'
import { en } from '../messages/en.ts'

/** Fills in the English text. */
export function say<K extends MessageId>(id: K, values: MessageValues[K]): Message {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the id ties values to their template
  const template = en[id] as (values: unknown) => string
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every value of the catalogue is a string, a number or a boolean
  return { id, values: values as Message['values'], text: template(values) }
}

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
