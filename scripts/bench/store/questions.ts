import type { BundledCollector } from '../bundled-collector.ts'
import { HOST_SHAPES } from '../host-data.ts'
import { median, printTable } from '../table.ts'
import type { VictoriaMetrics } from '../victoria-metrics.ts'
import { CPU_HOSTS, CPU_SHAPES, FROM_MS, HOURS, TO_MS } from './data.ts'

const QUERY_RUNS = 25
const WARM_UP_RUNS = 5

interface Question {
  readonly name: string
  readonly ours: string
  readonly theirs: string
}

function ask(
  measurement: string,
  field: string,
  aggregate: string,
  rest: Record<string, string>,
  where: readonly string[] = [],
): string {
  const range = { from: String(FROM_MS), to: String(TO_MS) }
  const parameters = new URLSearchParams({ measurement, field, aggregate, ...range, ...rest })
  for (const condition of where) parameters.append('where', condition)
  return `/api/v1/query?${parameters.toString()}`
}

/** A window of theirs ends where it is labelled, ours begins there. */
function askPeer(query: string, stepSeconds: number): string {
  const start = String(FROM_MS / 1000 + stepSeconds)
  const end = String(TO_MS / 1000)
  const parameters = new URLSearchParams({
    query,
    start,
    end,
    step: `${stepSeconds}s`,
    nocache: '1',
  })
  return `/api/v1/query_range?${parameters.toString()}`
}

const SIXTEEN_HOSTS = 'host-00(0[0-9]|1[0-5])'

function questions(): Question[] {
  const minute = { groupBy: 'host', step: '1m' }
  const perHost = HOST_SHAPES.filter(
    ({ measurement, field }) => measurement === 'diskio' && field === 'io_util',
  ).length
  const cpus = CPU_HOSTS * CPU_SHAPES.length
  return [
    {
      name: 'one series to 1 min',
      ours: ask('cpu', 'usage_user', 'mean', minute, ['host=host-0003', 'cpu=cpu-total']),
      theirs: askPeer('avg_over_time(cpu_usage_user{host="host-0003",cpu="cpu-total"}[1m])', 60),
    },
    {
      name: `${perHost * 16} series averaged by host, 1 min`,
      ours: ask('diskio', 'io_util', 'mean', minute, [`host=~${SIXTEEN_HOSTS}`]),
      theirs: askPeer(
        `avg by (host) (avg_over_time(diskio_io_util{host=~"${SIXTEEN_HOSTS}"}[1m]))`,
        60,
      ),
    },
    {
      name: 'rate of a counter by host, 1 min',
      ours: ask('net', 'bytes_recv', 'rate', minute),
      theirs: askPeer('sum by (host) (rate(net_bytes_recv[1m]))', 60),
    },
    {
      name: `maximum over ${cpus} series, 1 min`,
      ours: ask('cpus', 'usage', 'max', { step: '1m' }),
      theirs: askPeer('max(max_over_time(cpus_usage[1m]))', 60),
    },
    {
      name: `maximum over ${cpus} series, 5 min`,
      ours: ask('cpus', 'usage', 'max', { step: '5m' }),
      theirs: askPeer('max(max_over_time(cpus_usage[5m]))', 300),
    },
  ]
}

/** Milliseconds of each asking, of which the first ones are for the compilers to warm up. */
async function askOften(url: string): Promise<{ ms: number[]; bytes: number }> {
  const ms: number[] = []
  let bytes = 0
  for (let run = 0; run < WARM_UP_RUNS + QUERY_RUNS; run++) {
    const begun = performance.now()
    const response = await fetch(url)
    const text = await response.text()
    ms.push(performance.now() - begun)
    if (!response.ok) throw new Error(`${url} was answered with ${response.status}: ${text}`)
    bytes = text.length
  }
  return { ms, bytes }
}

export async function measureQueries(
  collector: BundledCollector,
  peer: VictoriaMetrics | undefined,
): Promise<void> {
  const rows = []
  for (const { name, ours, theirs } of questions()) {
    const own = await askOften(`${collector.url}${ours}`)
    const other = peer === undefined ? undefined : await askOften(peer.url(theirs))
    const ownMs = median(own.ms.slice(WARM_UP_RUNS))
    const otherMs = median(other?.ms.slice(WARM_UP_RUNS) ?? [])
    rows.push({
      question: name,
      'ms (median)': ownMs,
      'ms (first)': own.ms[0]!,
      'answer KB': own.bytes / 1000,
      ...(other === undefined
        ? {}
        : {
            'VictoriaMetrics ms': otherMs,
            'first ms': other.ms[0]!,
            ratio: ownMs / otherMs,
          }),
    })
  }
  printTable(`Questions over ${HOURS} h at 10 s, over HTTP, ${QUERY_RUNS} times`, rows)
}
