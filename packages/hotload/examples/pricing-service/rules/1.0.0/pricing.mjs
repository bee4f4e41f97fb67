/** @param {{ amount: number, price: number }} order */
export function quote({ amount, price }) {
  return { total: amount * price, rule: 'list price' }
}
