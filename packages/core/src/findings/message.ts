import type { Because } from '../cause.ts'
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

export function sayBecause(because: Because): Message {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the union ties each id to its values
  return say(because.id, because.values as never)
}
