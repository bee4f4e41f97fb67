/** Runs in the worker: first module of its thread. */
import { MessagePort, parentPort, workerData } from 'node:worker_threads'
import { Guest } from '../guest/guest.ts'

const data: unknown = workerData
if (!(data instanceof MessagePort)) throw new TypeError('this module is started by workerLoader() alone')
const port = data
// The package finds no port to speak through: what it posts to its parent goes nowhere.
parentPort?.close()

const guest = new Guest((batch, moved) => port.postMessage(batch, moved))
port.on('message', (batch: unknown[]) => guest.receive(batch))
