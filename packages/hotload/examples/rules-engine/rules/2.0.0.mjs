const LIMITS = { de: 800, fr: 900 }

/** Knows two countries, and there are more: it passes a probe, and fails where it is used. */
export function decide({ country, amount }) {
  return amount > LIMITS[country].valueOf() ? 'review' : 'accept'
}
