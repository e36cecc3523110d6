// Many simulated agents in one process, started by StormProcess: argv[2] is a file with a StormPlan as JSON. Real WebSockets, frames and reconnect plans; no probes and no disk.
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import {
  NO_HISTORY,
  planReconnect,
  type ConnectHistory,
  type ConnectionEnd,
} from '@wardround/agent/testing'
import {
  closeReason,
  FrameEncoder,
  formatMessage,
  makeShape,
  newEpoch,
  parseCollectorMessage,
  SeriesTable,
  SUB_PROTOCOL,
} from '@wardround/protocol'
import { WebSocket } from 'ws'
import type { StormAnswer, StormPlan, StormRequest, StormStatus } from './storm-plan.ts'

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- StormProcess writes it
const plan = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as StormPlan
const table = new SeriesTable()
const series = Uint32Array.of(
  table.intern({ subject: '', ...makeShape('ledger', { series: '0' }, 'answer', 'gauge') }),
)
let connected = 0
let kicked = 0
let welcomedAtMs: number[] = []
let failures: Record<string, number> = {}

process.on('message', ({ type }: StormRequest) => {
  if (type === 'forget') {
    kicked = 0
    welcomedAtMs = []
    failures = {}
  }
  tell({ type: 'status', status: readStatus() })
})
process.on('disconnect', () => process.exit(1))

for (const { host, token } of plan.hosts) void live(host, token)
tell({ type: 'ready' })

/** One agent's life: it connects, sends a sample, and when the connection ends it comes back when its plan says so. */
async function live(host: string, token: string): Promise<void> {
  const epoch = newEpoch(randomBytes(8))
  let history: ConnectHistory = NO_HISTORY
  let sequence = 0
  for (;;) {
    const { end, proven } = await connect(host, token, epoch, ++sequence)
    const next = planReconnect(end, proven, history, 1, plan.backOff, Math.random)
    history = next.history
    await new Promise((resolve) => setTimeout(resolve, next.delayMs))
  }
}

/** Resolves when the connection has ended. `proven`: something was acknowledged on it. */
function connect(
  host: string,
  token: string,
  epoch: string,
  sequence: number,
): Promise<{ readonly end: ConnectionEnd; readonly proven: boolean }> {
  const socket = new WebSocket(`${plan.url.replace('http', 'ws')}/agent/v1`, SUB_PROTOCOL, {
    headers: { authorization: `Bearer ${token}` },
    perMessageDeflate: false,
  })
  let [isWelcomed, proven] = [false, false]
  let refusal: ConnectionEnd | undefined
  socket.on('open', () => socket.send(hello(host, epoch)))
  socket.on('message', (data: Buffer) => {
    const message = parseCollectorMessage(data.toString())
    if (message.type === 'ack') proven = true
    if (message.type !== 'welcome') return
    isWelcomed = true
    connected++
    welcomedAtMs.push(Date.now())
    for (const frame of sample(epoch, sequence)) socket.send(frame)
  })
  socket.on('unexpected-response', (request, { statusCode = 0, headers }) => {
    const seconds = headers['retry-after']
    const retryAfterMs = seconds === undefined ? undefined : Number(seconds) * 1000
    refusal = { type: 'http', status: statusCode, retryAfterMs }
    request.destroy()
    socket.terminate()
  })
  socket.on('error', (error) => {
    refusal ??= { type: 'unreachable', reason: error.message }
  })
  return new Promise((resolve) => {
    socket.on('close', (code) => {
      if (isWelcomed) {
        connected--
        kicked++
      }
      const closed: ConnectionEnd = {
        type: 'closed',
        code,
        reason: closeReason(code),
        welcomed: isWelcomed,
      }
      const end = refusal ?? closed
      if (!isWelcomed) count(end)
      resolve({ end, proven })
    })
  })
}

function hello(host: string, epoch: string): string {
  const about = { host, version: '0.0.0', platform: 'linux x64', capabilities: [] }
  return formatMessage({ type: 'hello', ...about, epoch, epochs: [epoch] })
}

function sample(epoch: string, sequence: number): Uint8Array[] {
  const values = Float64Array.of(sequence)
  const block = { subject: '', timeMs: Date.now(), series, values }
  return new FrameEncoder(table).encode({ epoch, sequence }, 0, {
    blocks: [block],
    events: [],
    documents: [],
  })
}

function count(end: ConnectionEnd): void {
  const reason =
    end.type === 'closed'
      ? `close ${end.code}`
      : end.type === 'http'
        ? `status ${end.status}`
        : 'unreachable'
  failures[reason] = (failures[reason] ?? 0) + 1
}

function readStatus(): StormStatus {
  return { connected, welcomedAtMs, kicked, failures }
}

function tell(answer: StormAnswer): void {
  process.send?.(answer)
}
