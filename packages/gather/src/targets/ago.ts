/** `2 minutes ago`, for a person. */
export function ago(atMs: number, nowMs = Date.now()): string {
  const seconds = Math.max(0, Math.round((nowMs - atMs) / 1000))
  const [unit, count] =
    seconds < 90
      ? ['second', seconds]
      : seconds < 90 * 60
        ? ['minute', Math.round(seconds / 60)]
        : seconds < 36 * 3600
          ? ['hour', Math.round(seconds / 3600)]
          : ['day', Math.round(seconds / 86_400)]
  return `${count} ${unit}${count === 1 ? '' : 's'} ago`
}
