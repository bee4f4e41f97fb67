import { InvalidArgumentError } from 'commander'

/** `--seed 7`: any whole number from 0. */
export function parseSeed(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('a whole number such as 7 was wanted')
  return Number(text)
}
