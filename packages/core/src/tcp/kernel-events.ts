import * as K from './kernel-layout.ts'
import type { Kernel } from './kernel.ts'
import { keepHead } from './messages.ts'
import type { Tracker } from './tracker.ts'

/**
 * Takes into account, in order, what the kernel noted of connections in its last run.
 *
 * @param shift how much further on a byte of the view lies in the kernel's memory
 */
export function takeEvents({ control }: Kernel, tracker: Tracker, view: DataView, shift: number): void {
  const end = K.EVENTS_AT + control.getInt32(K.C_EVENTS, true) * K.EVENT_BYTES
  for (let event = K.EVENTS_AT; event < end; event += K.EVENT_BYTES) {
    const kind = control.getInt32(event + K.E_KIND, true)
    if (kind === K.EVENT_CLOSED) takeClosed(control, event, tracker)
    else if (kind === K.EVENT_HEAD)
      keepHead(
        tracker,
        control.getInt32(event + K.E_ROW, true),
        control.getInt32(event + K.E_DIRECTION, true),
        control.getInt32(event + K.E_TURNS, true),
        view,
        control.getInt32(event + K.E_HEAD_AT, true) - shift,
        control.getInt32(event + K.E_HEAD_BYTES, true),
      )
    else if (kind === K.EVENT_FREED)
      tracker.heads.forget(tracker.rows.indexOf(control.getInt32(event + K.E_ROW, true)))
    else takeIdleFin(control, event, tracker)
  }
  control.setInt32(K.C_EVENTS, 0, true)
}

function takeClosed(control: DataView, event: number, { life, heads, rows, keepHeads }: Tracker): void {
  const row = control.getInt32(event + K.E_ROW, true)
  life.noteClosed(row)
  if (keepHeads) heads.move(rows.indexOf(control.getInt32(event + K.E_FROM_ROW, true)), rows.indexOf(row))
}

function takeIdleFin(control: DataView, event: number, { life }: Tracker): void {
  const address = control.getUint32(event + K.E_ADDRESS, true)
  const port = control.getInt32(event + K.E_PORT, true)
  life.noteIdleBeforeServerFin(false, address, port, control.getFloat64(event + K.E_IDLE_NS, true))
}
