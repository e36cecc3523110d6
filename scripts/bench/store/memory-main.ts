// Holds argv[3] hosts of 400 series in an embedded store in argv[2], feeds it ten minutes at 10 s, and prints as JSON what it takes in memory then
// beyond what the process took before. Values are arrays that are used again, so that the feeding leaves no garbage.
import { EmbeddedStore, LONG_RETENTION } from '@wardround/collector/testing'
import { SeriesTable } from '@wardround/protocol'
import { HOST_SHAPES, hostName } from '../host-data.ts'

const [, , directory = '', hostCount = ''] = process.argv
const HOSTS = Number(hostCount)
const ROWS = 60
const FROM_MS = Date.UTC(2026, 0, 5)

function memory(): NodeJS.MemoryUsage {
  globalThis.gc?.()
  globalThis.gc?.()
  return process.memoryUsage()
}

const before = memory()
let nowMs = FROM_MS
const series = new SeriesTable()
const store = new EmbeddedStore({
  directory,
  series,
  retention: LONG_RETENTION,
  nowMs: () => nowMs,
})
const shapes = HOST_SHAPES.map((shape) => series.internShape(shape))
const numbers = new Uint32Array(shapes.length)
const values = new Float64Array(shapes.length)
let offset = 0
for (let row = 0; row < ROWS; row++) {
  for (let host = 0; host < HOSTS; host++) {
    const subject = hostName(host)
    const subjectId = series.internSubject(subject)
    for (const [index, shape] of shapes.entries()) {
      numbers[index] = series.internPair(subjectId, shape)
      // Half of a host's series stand still.
      values[index] = index % 2 === 0 ? index : ((row * 7919 + index * 31 + host) % 10_007) / 100
    }
    nowMs = FROM_MS + row * 10_000 + Math.floor((host * 10_000) / HOSTS)
    const position = { segment: 1, offset: offset++ }
    store.write({ subject, timeMs: nowMs, series: numbers, values }, position, nowMs)
    if (offset % 100 === 0) while (store.maintain(() => false));
  }
}
const after = memory()
process.stdout.write(
  JSON.stringify({
    series: store.status().seriesActive,
    liveBytes: after.heapUsed + after.external - before.heapUsed - before.external,
    rssBytes: after.rss - before.rss,
  }),
)
store.abandon()
