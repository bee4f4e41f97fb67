import { describe, expect, test } from 'vitest'
import { analyze } from '../src/analyze.ts'
import type { Segment } from '../src/exhibits/ladder-exhibit.ts'
import type { Lane } from '../src/exhibits/lanes-exhibit.ts'
import { lanesOf, segmentsOf } from '../src/exhibits/columns.ts'
import { undelta } from '../src/exhibits/deltas.ts'
import { evidenceFolders } from './evidence/folder.ts'
import { exhibitNonsense } from './evidence/exhibit-sanity.ts'
import { synFlood } from './evidence/flood.ts'
import { chunkedInput, fileInput, keptStreamInput, streamInput } from './evidence/inputs.ts'

const folders = [...evidenceFolders('recorded'), ...evidenceFolders('fixtures'), ...evidenceFolders('lab')]

describe.each(folders)('$name', ({ files }) => {
  const whole = analyze(files.map(fileInput), { exhibits: true })

  test('has exhibits that make sense and agree with the diagnosis', async () => {
    const { diagnosis, exhibits } = await whole
    expect(exhibitNonsense(exhibits, diagnosis)).toEqual([])
    const { incidents, summary } = diagnosis
    const { resets, refused } = exhibits.timeline
    expect(resets.count + refused.count).toBe(incidents.length + summary.incidentsOmitted)
    const lanes = lanesOf(exhibits)
    // A connection of which one capture lacks the handshake is two in the summary, and one to its incident.
    expect(lanes.length).toBeLessThanOrEqual(summary.connections)
    expect(exhibits.lanes.share).toBe(1)
    expect(lanes.flatMap(({ incident }) => incident ?? []).toSorted((x, y) => x - y)).toEqual(
      incidents.map((_, place) => place),
    )
    expect(exhibits.ladders.filter(({ incident }) => incident !== undefined).length).toBe(incidents.length)
    // Beside them what was not reset.
    expect(exhibits.ladders.length - incidents.length).toBe(Math.min(40, lanes.length - incidents.length))
    for (const { incident, ...lane } of lanes) {
      const known = incidents[incident ?? -1]
      if (known === undefined) continue
      const ends = [known.client, known.server].map((end) => end.replace(/:\d+$/, '').replace(/^\[|\]$/g, ''))
      expect([lane.client, lane.server]).toEqual(ends)
      if (lane.input === known.input) expect(lane.stream).toBe(known.stream)
      expect(lane.rsts.length).toBeGreaterThan(0)
    }
  })

  test('has for each trigger the bursts that it counts, and those that followed a collection', async () => {
    const { diagnosis, exhibits } = await whole
    const counted = diagnosis.findings.flatMap(({ trigger }, finding) =>
      trigger === undefined ? [] : [{ finding, bursts: trigger.bursts, matched: trigger.matched }],
    )
    const shown = exhibits.timeline.triggers.map(({ finding, burstNs, followed }) => ({
      finding,
      bursts: burstNs.length,
      matched: followed.filter((place) => place !== null).length,
    }))
    expect(shown).toEqual(counted)
  })

  test('has a ladder for each incident with the frame that it names', async () => {
    const { diagnosis, exhibits } = await whole
    for (const ladder of exhibits.ladders) {
      if (ladder.incident === undefined) continue
      const incident = diagnosis.incidents[ladder.incident]
      const own = segmentsOf(ladder).filter(
        ({ input, frame }) => input === incident?.input && frame === incident.frame,
      )
      expect(own).toHaveLength(1)
      expect((own[0]?.flags ?? 0) & 4).toBe(4)
    }
  })
})

describe.each(evidenceFolders('recorded'))('$name', ({ files }) => {
  test('has the same exhibits from chunks, and the same answer as without them', async () => {
    const { diagnosis, exhibits } = await analyze(files.map(fileInput), { exhibits: true })
    const chunked = await analyze(
      files.map((file) => chunkedInput(file, 977)),
      { exhibits: true },
    )
    expect(JSON.stringify(chunked.exhibits)).toBe(JSON.stringify(exhibits))
    expect(JSON.parse(JSON.stringify(exhibits))).toEqual(exhibits)
    expect((await analyze(files.map(fileInput))).diagnosis).toEqual(diagnosis)
  })

  test('has the same pictures from streams that are kept', async () => {
    const { exhibits } = await analyze(files.map(fileInput), { exhibits: true })
    const { exhibits: streamed } = await analyze(
      files.map((file) => keptStreamInput(file)),
      { exhibits: true },
    )
    expect(streamed).toEqual(exhibits)
  })

  test('has no connections in its pictures, but the same answer, from streams that are not kept', async () => {
    const { diagnosis, exhibits } = await analyze(
      files.map((file) => streamInput(file)),
      { exhibits: true },
    )
    expect(exhibitNonsense(exhibits, diagnosis)).toEqual([])
    expect({ lanes: exhibits.lanes.count, ladders: exhibits.ladders.length }).toEqual({
      lanes: 0,
      ladders: 0,
    })
    const { verdict } = (await analyze(files.map(fileInput))).diagnosis
    expect(diagnosis.verdict).toEqual(verdict)
  })

  test('has pictures of what was kept, and says what share that is', async () => {
    const kept = files.map((file) => keptStreamInput(file, Math.floor(file.bytes.length / 3)))
    const { diagnosis, exhibits } = await analyze(kept, { exhibits: true })
    expect(exhibitNonsense(exhibits, diagnosis)).toEqual([])
    const whole = await analyze(files.map(fileInput), { exhibits: true })
    expect(diagnosis.findings).toEqual(whole.diagnosis.findings)
    expect(exhibits.lanes.count).toBeLessThanOrEqual(whole.exhibits.lanes.count)
    expect(exhibits.lanes.share).toBeLessThanOrEqual(whole.exhibits.lanes.share)
  })
})

describe('the reference story', () => {
  const [story] = folders.filter(({ name }) => name === 'java-lastmodified-g1')
  const whole = analyze((story?.files ?? []).map(fileInput), { exhibits: true })

  test('shows that every burst follows a collection, as the trigger counts them', async () => {
    const { diagnosis, exhibits } = await whole
    const [shown] = exhibits.timeline.triggers
    const trigger = diagnosis.findings[shown?.finding ?? -1]?.trigger
    expect(shown?.burstNs.length).toBe(trigger?.bursts)
    expect(shown?.followed.filter((place) => place !== null).length).toBe(trigger?.matched)
    expect(Math.max(...(shown?.lagUs ?? []).map((us) => us ?? 0)) / 1e3).toBeCloseTo(
      trigger?.withinMs ?? 0,
      0,
    )
    const series = exhibits.timeline.collections[shown?.collections ?? -1]
    const starts = undelta(series?.startNs ?? [])
    const bursts = undelta(shown?.burstNs ?? [])
    for (const [burst, place] of (shown?.followed ?? []).entries())
      expect(bursts[burst]).toBeGreaterThan(starts[place ?? 0] ?? Infinity)
  })

  test('shows the window at 0 until the reset, the request before it and the proofs that cite it', async () => {
    const { diagnosis, exhibits } = await whole
    const [ladder] = exhibits.ladders
    const lane = lanesOf(exhibits).find((each) => each.ladder === 0)
    expect(lane?.outcome).toBe('reset')
    expect(lane?.zeroWindow.at(-1)).toMatchObject({ of: 'client', toNs: lane?.rsts[0]?.ns })
    expect(ladder?.heads.map(({ text }) => text)).toContain('GET /catalog-all.jar HTTP/1.1')
    const frames = undelta(ladder?.frame ?? [])
    const cited = (ladder?.cited ?? []).map(({ segment, finding, proof }) => ({
      frame: frames[segment],
      says: diagnosis.findings[finding]?.proof[proof],
    }))
    expect(cited.length).toBeGreaterThan(1)
    for (const { frame, says } of cited) expect(says).toMatchObject({ frame })
  })

  test('shows the segments of the very connection that was asked for, also of one that was not reset', async () => {
    const { exhibits } = await whole
    const read = lanesOf(exhibits).find(({ outcome, ladder }) => outcome === 'closed' && ladder === undefined)
    if (read === undefined) throw new Error('the story has connections that were closed')
    const peer = { host: read.client, port: read.clientPort }
    for (const open of [fileInput, (file: Parameters<typeof fileInput>[0]) => keptStreamInput(file)]) {
      const { exhibits: asked } = await analyze((story?.files ?? []).map(open), { exhibits: true, peer })
      expect(asked.ladders).toHaveLength(1)
      expect(lanesOf(asked).find(({ ladder }) => ladder === 0)).toMatchObject({ stream: read.stream })
      expect(asked.ladders[0]?.seen).toBe(read.clientSegments + read.serverSegments)
    }
  })

  test('shows the sockets of its client by process', async () => {
    const { exhibits } = await whole
    const client = exhibits.hosts.find(({ who }) => who === 'cli')
    expect(client?.groups[0]).toMatchObject({ process: 'java', peer: '10.91.1.2:8080' })
  })
})

test('a connection that goes on in the next file of a ring has one lane and one ladder', async () => {
  const story = folders.find(({ name }) => name === 'java-lastmodified-g1')
  const capture = story?.files.find(({ name }) => name === 'capture.pcap')
  if (capture === undefined) throw new Error('the story has no capture')
  const whole = await analyze([fileInput(capture)], { exhibits: true })
  const [first, second] = cutAfter(capture.bytes, CUT_FRAME)
  const ring = await analyze(
    [fileInput({ name: 'ring-1.pcap', bytes: first }), fileInput({ name: 'ring-2.pcap', bytes: second })],
    { exhibits: true },
  )
  expect(exhibitNonsense(ring.exhibits, ring.diagnosis)).toEqual([])
  expect(lanesOf(ring.exhibits).map(shape)).toEqual(lanesOf(whole.exhibits).map(shape))
  const across = ring.exhibits.ladders.filter(({ parts }) => parts.length === 2)
  expect(across.length).toBeGreaterThan(0)
  for (const ladder of across) {
    const [begins] = segmentsOf(ladder)
    const alone = whole.exhibits.ladders.find((each) => segmentsOf(each)[0]?.frame === begins?.frame)
    const asWhole = segmentsOf(ladder).map((segment) => likeIn(segment, segment.input === 0 ? 0 : CUT_FRAME))
    const expected = (alone === undefined ? [] : segmentsOf(alone)).map((segment) => likeIn(segment, 0))
    expect(asWhole).toEqual(expected)
  }
})

function shape({ firstNs, lastNs, outcome, serverBytes, clientSegments, zeroWindow }: Lane): unknown {
  return { firstNs, lastNs, outcome, serverBytes, clientSegments, zeroWindow }
}

/** What a segment says wherever its file was cut. */
function likeIn(
  { frame, ns, from, flags, seq, ack, length, window, marks }: Segment,
  before: number,
): unknown {
  return { frame: frame + before, ns, from, flags, seq, ack, length, window, marks }
}

/** In the middle of a connection that is reset later. */
const CUT_FRAME = 600

/** Two captures of one: what is after the frame has a file of its own. */
function cutAfter(
  bytes: Uint8Array<ArrayBuffer>,
  frame: number,
): [Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>] {
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  let at = 24
  for (let count = 0; count < frame; count++) at += 16 + view.getUint32(at + 8, true)
  const second = new Uint8Array(24 + bytes.length - at)
  second.set(bytes.subarray(0, 24))
  second.set(bytes.subarray(at), 24)
  return [bytes.slice(0, at), second]
}

describe('a flood', () => {
  const attempts = { name: 'flood.pcap', bytes: synFlood(40_000, false) }

  test('is shown by a sample, and counted from it', async () => {
    const { diagnosis, exhibits } = await analyze([fileInput(attempts)], { exhibits: true })
    const { lanes, timeline } = exhibits
    expect(exhibitNonsense(exhibits, diagnosis)).toEqual([])
    expect(lanes.count).toBe(10_000)
    expect(lanes.share).toBeCloseTo(10_000 / diagnosis.summary.connections, 4)
    const opened = (timeline.connections?.opened ?? []).reduce((sum, count) => sum + count, 0)
    expect(Math.abs(opened / diagnosis.summary.connections - 1)).toBeLessThan(0.05)
  })

  test('of which a part was kept is shown by that part', async () => {
    const half = attempts.bytes.length / 2
    const { diagnosis, exhibits } = await analyze([keptStreamInput(attempts, half)], { exhibits: true })
    expect(exhibitNonsense(exhibits, diagnosis)).toEqual([])
    expect(diagnosis.summary.connections).toBe(40_000)
    expect(exhibits.lanes.count).toBeGreaterThan(1_000)
    expect(exhibits.lanes.share).toBeLessThan(0.25)
  })
})
