const LIMITS = { de: 800, fr: 900 }

/** @param {{ country: string, amount: number }} payment */
export function decide({ country, amount }) {
  return amount > (LIMITS[country] ?? 1000) ? 'review' : 'accept'
}
