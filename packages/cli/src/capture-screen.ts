import { bytes, duration } from '@whyreset/core'
import type { RecordingStatus } from '@whyreset/gather'

const REDRAW_MS = 500
const DEFAULT_WIDTH = 80
/** On anything but a terminal: often enough to see that it lives, rarely enough for a log. */
const PLAIN_LINE_MS = 30_000
/** ECMA-48 §8.3.41: erase in line. */
const ERASE_LINE = '\r\u001B[K'

export interface CaptureScreen {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

/** One line on a terminal that is written over and over; now and then a line on anything else. */
export function showStatus(screen: CaptureScreen, status: () => RecordingStatus): { stop(): void } {
  const isLive = screen.isTTY === true && process.env['TERM'] !== 'dumb'
  const draw = (): void => {
    const line = statusLine(status())
    // A terminal that nobody gave a size says 0.
    const width = screen.columns === undefined || screen.columns === 0 ? DEFAULT_WIDTH : screen.columns
    if (isLive) screen.write(ERASE_LINE + line.slice(0, width - 1))
    else screen.write(`whyreset: ${line}\n`)
  }
  const timer = setInterval(draw, isLive ? REDRAW_MS : PLAIN_LINE_MS)
  if (isLive) draw()
  return {
    stop() {
      clearInterval(timer)
      if (isLive) screen.write(ERASE_LINE)
    },
  }
}

/** `1,204 packets · 3 connections · 0 resets · 2 CLOSE_WAIT · 1.2 MB · 9:58 left`. */
export function statusLine(status: RecordingStatus): string {
  const { packets, connections, resets, closeWait, bytesOnDisk, droppedPackets, remainingMs } = status
  return [
    count(packets, 'packet'),
    count(connections, 'connection'),
    count(resets, 'reset'),
    ...(closeWait === undefined ? [] : [`${closeWait.toLocaleString('en-US')} CLOSE_WAIT`]),
    ...(droppedPackets === 0 ? [] : [`${droppedPackets.toLocaleString('en-US')} DROPPED`]),
    bytes(bytesOnDisk),
    `${clock(remainingMs)} left`,
  ].join(' · ')
}

/** `12,345 packets, 40 connections, 3 resets in 34 s; 1.2 MB written; own load 0.4 % of a processor`. */
export function summaryLine(
  status: RecordingStatus & { readonly ownCpuMs: number; readonly bytesOnDisk: number },
): string {
  const { packets, connections, resets, elapsedMs, ownCpuMs, bytesOnDisk, droppedPackets } = status
  const seen = `${count(packets, 'packet')}, ${count(connections, 'connection')}, ${count(resets, 'reset')} in ${duration(elapsedMs)}`
  const load = `own load ${((ownCpuMs / elapsedMs) * 100).toFixed(1)} % of a processor`
  const drops = droppedPackets === 0 ? [] : [`${count(droppedPackets, 'packet')} dropped unseen`]
  return [seen, ...drops, `${bytes(bytesOnDisk)} written`, load].join('; ')
}

function count(number: number, one: string): string {
  return `${number.toLocaleString('en-US')} ${one}${number === 1 ? '' : 's'}`
}

/** `0:09`, `9:58`, `23:59:01`. */
function clock(ms: number): string {
  const seconds = Math.ceil(ms / 1000)
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  const [first = 0, ...others] = parts[0] === 0 ? parts.slice(1) : parts
  return [String(first), ...others.map((part) => String(part).padStart(2, '0'))].join(':')
}
