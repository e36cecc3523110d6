// Writing out: how fast a backlog in the journal goes into a VictoriaMetrics on the same machine, and what each of the two needs for it. This process has the
// collector's part alone: the thread that reads the journal and writes lines.
import { RemoteStore, settingsOf } from '@wardround/collector/testing'
import { openJournal, type Position } from '@wardround/journal'
import { SegmentEncoder, SeriesTable } from '@wardround/protocol'
import { join } from 'node:path'
import { openBenchDirectory, pass } from './bundled-collector.ts'
import { HOST_SHAPES, hostIntervals, hostName } from './host-data.ts'
import { printTable } from './table.ts'
import { VictoriaMetrics } from './victoria-metrics.ts'

const HOSTS = 50
const INTERVALS = 300
const EVERY_MS = 10_000
const SAMPLES = HOSTS * INTERVALS * HOST_SHAPES.length

await using directory = await openBenchDirectory()
const journalDirectory = join(directory.path, 'journal')
const filledTo = await fillJournal(journalDirectory)
await using peer = await VictoriaMetrics.start(join(directory.path, 'victoria-metrics'))
if (peer !== undefined) await measure(peer, filledTo)

async function measure(server: VictoriaMetrics, durable: Position): Promise<void> {
  const settings = settingsOf('victoriametrics', 'vm', server.url(''))
  await using store = new RemoteStore({
    settings,
    directory: join(directory.path, 'stores'),
    journalDirectory,
    from: undefined,
    log: { error: (details, message) => console.error(message, details) },
    onCovered: () => {},
  })
  await store.status()
  const [own, other, startedAt] = [ownCpuMs(), server.process.cpuMs(), performance.now()]
  store.advance(durable)
  while ((await store.status()).samplesSent < SAMPLES) await pass(50)
  const wallMs = performance.now() - startedAt
  const ownMs = ownCpuMs() - own
  const otherMs = server.process.cpuMs() - other
  printTable('From the journal into VictoriaMetrics, on the same cores', [
    {
      samples: SAMPLES,
      'samples/s': (SAMPLES * 1_000) / wallMs,
      'ours, ns a sample': (ownMs * 1e6) / SAMPLES,
      'VictoriaMetrics, ns a sample': (otherMs * 1e6) / SAMPLES,
      'our CPU of its': ownMs / otherMs,
    },
  ])
}

/** What ingest would have written. Resolves with its end. */
async function fillJournal(path: string): Promise<Position> {
  const bounds = { maxBytes: 2 ** 32, maxAgeMs: Infinity, whenFull: 'refuse' } as const
  await using journal = await openJournal({ directory: path, ...bounds })
  const table = new SeriesTable()
  const encoders = new WeakMap<object, SegmentEncoder>()
  const fromMs = Date.now() - INTERVALS * EVERY_MS
  let sequence = 0
  let written: Promise<{ readonly end: Position }>[] = []
  let end: Position = { segment: 0, offset: 0 }
  const flush = async () => {
    for (const { end: reached } of await Promise.all(written)) end = reached
    written = []
  }
  for (const { host, timeMs, values } of hostIntervals({
    hosts: HOSTS,
    intervals: INTERVALS,
    fromMs,
  })) {
    const subject = hostName(host)
    const series = Uint32Array.from(HOST_SHAPES, (shape) => table.intern({ subject, ...shape }))
    const id = { epoch: '0123456789abcdef', sequence: ++sequence }
    const batch = { blocks: [{ subject, timeMs, series, values }], events: [], documents: [] }
    const when = { receivedAtMs: timeMs, late: false, clockErrorMs: 0, clockCorrected: false }
    written.push(
      journal.append((segment) => {
        const encoder = encoders.get(segment) ?? new SegmentEncoder(table)
        encoders.set(segment, encoder)
        return encoder.encode({ type: 'batch', agent: subject, id, ...when, batch })
      }),
    )
    if (written.length === HOSTS) await flush()
  }
  await flush()
  return end
}

function ownCpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}
