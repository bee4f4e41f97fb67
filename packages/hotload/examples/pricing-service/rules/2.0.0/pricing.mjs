const LARGE = 10
const DISCOUNT = 0.1

/** @param {{ amount: number, price: number }} order */
export function quote({ amount, price }) {
  const total = amount * price
  return amount < LARGE
    ? { total, rule: 'list price' }
    : { total: total * (1 - DISCOUNT), rule: 'ten for nine' }
}
