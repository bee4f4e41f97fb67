/* What is told of connections that need nothing else from the general rules: read by `tcp/kernel-events.ts`. */
import * as K from '../src/tcp/kernel-layout'
import { nameOf } from './memory'

export function hasRoom(count: i32): bool {
  return load<i32>(K.C_EVENTS) + count <= K.MAX_EVENTS
}

export function noteIdleFin(address: i32, port: i32, idleNs: f64): void {
  const event = next(K.EVENT_IDLE_FIN)
  store<i32>(event + K.E_ADDRESS, address)
  store<i32>(event + K.E_PORT, port)
  store<f64>(event + K.E_IDLE_NS, idleNs)
}

export function noteClosed(row: i32, fromRow: i32): void {
  const event = next(K.EVENT_CLOSED)
  store<i32>(event + K.E_ROW, nameOf(row) - 1)
  store<i32>(event + K.E_FROM_ROW, nameOf(fromRow) - 1)
}

export function noteFreed(row: i32): void {
  store<i32>(next(K.EVENT_FREED) + K.E_ROW, nameOf(row) - 1)
}

/** @param at where in the window the head begins; @param turns how often the direction has spoken, this time included */
export function noteHead(row: i32, direction: i32, at: i32, bytes: i32, turns: i32): void {
  const event = next(K.EVENT_HEAD)
  store<i32>(event + K.E_ROW, nameOf(row) - 1)
  store<i32>(event + K.E_DIRECTION, direction)
  store<i32>(event + K.E_HEAD_AT, at)
  store<i32>(event + K.E_HEAD_BYTES, bytes)
  store<i32>(event + K.E_TURNS, turns)
}

function next(kind: i32): i32 {
  const count = load<i32>(K.C_EVENTS)
  store<i32>(K.C_EVENTS, count + 1)
  const event = K.EVENTS_AT + count * K.EVENT_BYTES
  store<i32>(event + K.E_KIND, kind)
  return event
}
