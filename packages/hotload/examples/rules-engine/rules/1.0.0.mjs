/** @param {{ country: string, amount: number }} payment */
export function decide({ amount }) {
  return amount > 1000 ? 'review' : 'accept'
}
