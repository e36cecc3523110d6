// 200 switches of 96 ports polled from one process, 50 of them dead: the probes of the source snmp through real sessions over UDP, all devices at the
// same moment. The devices run in a process of their own; what is counted is the polling side alone. The shares of a core are those at each probe's
// own interval.
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { OpenedSnmp, sampleOnce, SNMP_PROBES } from '@wardround/agent/testing'
import { printTable } from './table.ts'

const LIVE = 150
const DEAD = 50
const PORTS = 96

const before = measureMemory()
const { ports, stop } = await startDevices()
/** What each device's probes remember, as the agent keeps it for them. */
const memories = new Map<string, unknown>()
const live = await Promise.all(ports.map((port) => open(port)))
const dead = await Promise.all((await findSilentPorts()).map((port) => open(port)))
const rows = []
// finds out how large the tables are and which devices are dead
for (const name of ['snmp.up', 'snmp.fc-switch', 'snmp.fc-port']) await round(name)
for (const { name } of SNMP_PROBES) rows.push(await round(name))
printTable(
  `snmp: a round of each probe, ${LIVE} switches of ${PORTS} ports and ${DEAD} dead ones`,
  rows,
)
const after = measureMemory()
memories.clear()
const withoutMemories = measureMemory()
printTable('snmp: all together (goals: <= 25 % of a core, <= 150 MiB)', [
  {
    '% of a core': rows.reduce((sum, row) => sum + row['% of a core'], 0),
    'heap before MiB': before.heapMiB,
    'heap after MiB': after.heapMiB,
    'of it remembered by probes MiB': after.heapMiB - withoutMemories.heapMiB,
    'RSS before MiB': before.rssMiB,
    'RSS after MiB': after.rssMiB,
  },
])
for (const opened of [...live, ...dead]) await opened[Symbol.asyncDispose]()
stop()

/** One run of a probe on all devices at once, as they come at one tick of the agent. */
async function round(name: string) {
  const probe = SNMP_PROBES.find((candidate) => candidate.name === name)
  if (probe === undefined) throw new Error(`no probe ${name}`)
  const cpu = process.cpuUsage()
  const startedMs = performance.now()
  const [asked, deadAsked] = [countOf(live), countOf(dead)]
  let samples = 0
  let latestMs = 0
  await Promise.all([
    ...live.map(async ({ session }) => {
      const key = `${session.subject} ${name}`
      const memory = memories.get(key)
      const monotonicMs = performance.now()
      // most have no such thing as a host has
      const run = await sampleOnce(probe, session, { memory, monotonicMs }).catch(() => undefined)
      memories.set(key, run?.memory)
      samples += run?.samples.length ?? 0
      latestMs = Math.max(latestMs, performance.now() - startedMs)
    }),
    ...dead.map(({ session }) => sampleOnce(probe, session).catch(() => undefined)),
  ])
  const used = process.cpuUsage(cpu)
  const cpuMs = (used.user + used.system) / 1000
  const now = countOf(live)
  return {
    probe: name,
    'every s': probe.everySeconds,
    rows: samples / LIVE,
    'requests a device': (now.requests - asked.requests) / LIVE,
    'values a device': (now.varbinds - asked.varbinds) / LIVE,
    'tries of dead ones': countOf(dead).requests - deadAsked.requests,
    'CPU ms': cpuMs,
    'us a value': (1000 * cpuMs) / Math.max(1, now.varbinds - asked.varbinds),
    'last live device ms': latestMs,
    '% of a core': cpuMs / (10 * probe.everySeconds),
  }
}

/** Without what is only waiting to be collected. */
function measureMemory(): { heapMiB: number; rssMiB: number } {
  globalThis.gc?.()
  const { heapUsed, rss } = process.memoryUsage()
  return { heapMiB: heapUsed / 1048576, rssMiB: rss / 1048576 }
}

function countOf(devices: readonly OpenedSnmp[]): { requests: number; varbinds: number } {
  return devices.reduce(
    ({ requests, varbinds }, { session: { counts } }) => ({
      requests: requests + counts.requests,
      varbinds: varbinds + counts.varbinds,
    }),
    { requests: 0, varbinds: 0 },
  )
}

function open(port: number): Promise<OpenedSnmp> {
  return OpenedSnmp.open({
    connect: `127.0.0.1:${port}`,
    subject: `switch${port}`,
    version: 'v2c',
    community: 'public',
  })
}

async function startDevices(): Promise<{ ports: readonly number[]; stop: () => void }> {
  const main = join(import.meta.dirname, 'snmp-devices-main.ts')
  const child = spawn(process.execPath, [main, String(LIVE), String(PORTS)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const kill = () => void child.kill('SIGKILL')
  process.once('exit', kill)
  const [line] = await once(createInterface(child.stdout), 'line')
  const parsed: unknown = JSON.parse(String(line))
  if (!Array.isArray(parsed)) throw new Error('the devices did not start')
  return { ports: parsed.map(Number), stop: kill }
}

/** Ports on which nobody answers. */
async function findSilentPorts(): Promise<readonly number[]> {
  const sockets = Array.from({ length: DEAD }, () => createSocket('udp4'))
  await Promise.all(
    sockets.map((socket) => new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))),
  )
  const found = sockets.map((socket) => socket.address().port)
  process.once('exit', () => sockets.forEach((socket) => socket.close()))
  for (const socket of sockets) socket.unref()
  return found
}
