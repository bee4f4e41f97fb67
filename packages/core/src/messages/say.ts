import type { Message } from '../diagnosis.ts'
import type { MessageId, MessageValues } from './catalogue.ts'
import { en } from './en.ts'

/** Fills in the English text. */
export function say<K extends MessageId>(id: K, values: MessageValues[K]): Message {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the id ties values to their template
  const template = en[id] as (values: unknown) => string
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every value of the catalogue is a string, a number or a boolean
  return { id, values: values as Message['values'], text: template(values) }
}
