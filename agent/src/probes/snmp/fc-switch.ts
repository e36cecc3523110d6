import type { JsonValue } from '@wardround/protocol'
import { fcSwitch } from '../../measurements/fc-switch.ts'
import { defineProbe, remembers } from '../../probe.ts'
import { snmp } from '../../sources/snmp.ts'
import { SWITCH, TABLES } from '../../sources/snmp/brocade/brocade-oids.ts'
import { unitNameOf } from '../../sources/snmp/brocade/port-index.ts'
import { requireBrocade } from '../../sources/snmp/brocade/require-brocade.ts'
import { upSpanSeconds } from '../../sources/snmp/brocade/switch-date.ts'
import { knownState } from '../../sources/snmp/known-state.ts'
import type { SnmpDevice, SnmpRow, SnmpSession } from '../../sources/snmp/snmp-session.ts'
import { hexOf, integerOf, textOf, type SnmpValue } from '../../sources/snmp/snmp-value.ts'
import { wholeUpTime } from '../../sources/snmp/up-time.ts'

const { fields } = fcSwitch
const SEND_AGAIN_MS = 86_400_000
/** Columns of swNbTable. */
const NEIGHBOUR = { port: 2, domain: 3, remotePort: 4, state: 6, remoteName: 8 } as const
const ISL_ACTIVE = 5
/** Columns of connUnitTable. */
const UNIT = { status: 6, product: 7, serial: 8 } as const
/** A fabric has 239 domains; no switch has more links to others than ports. */
const MOST_NEIGHBOURS = 2048

type Objects = ReadonlyMap<string, SnmpValue>
type Rows = ReadonlyMap<string, SnmpRow>

interface Reading {
  readonly device: SnmpDevice
  readonly objects: Objects
  readonly units: Rows
  readonly neighbours: Rows
}

/** State of a Brocade switch. Source: SW-MIB, connUnitTable of FCMGMT-MIB. Needs: SNMP with read access. */
export default defineProbe({
  name: 'snmp.fc-switch',
  source: snmp,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 60,
  cost: 'cheap',
  reads: 'SW-MIB swSystem, swFabric, swCpuOrMemoryUsage, swNbTable; FCMGMT-MIB connUnitTable',
  needs: { zh: 'SNMP 只读权限', en: 'SNMP with read access' },
  help: {
    zh: '博科光纤交换机的状态：运行状态、自检、处理器和内存、域、级联',
    en: 'State of a Brocade FC switch: what it is, its tests, processor and memory, domain, links to other switches',
  },
  measurements: { fc_switch: fcSwitch },
  remembers: remembers<{ readonly sent: string; readonly sentAtMs: number }>(),
  async sample({ session, emit, emitDocument, memory, timeMs, signal }) {
    await requireBrocade(session, signal)
    const reading = await readSwitch(session, signal)
    const ticks = await session.upTimeTicks(signal)
    emit('fc_switch', { device: session.subject }, toFields(reading, ticks))
    const facts = describeSwitch(reading)
    const isls = describeLinks(reading.neighbours)
    const text = JSON.stringify([facts, isls])
    if (memory?.sent === text && timeMs - memory.sentAtMs < SEND_AGAIN_MS) return memory
    emitDocument('fc_switch', 'history', facts)
    emitDocument('fc_isls', 'newest', { isls })
    return { sent: text, sentAtMs: timeMs }
  },
})

async function readSwitch(session: SnmpSession, signal: AbortSignal): Promise<Reading> {
  const bounds = { maxRows: MOST_NEIGHBOURS }
  const device = await session.device(signal)
  const objects = await session.get(Object.values(SWITCH), signal)
  const units = await session.table(TABLES.units, Object.values(UNIT), signal, bounds)
  const columns = Object.values(NEIGHBOUR)
  const neighbours = await session.table(TABLES.neighbours, columns, signal, bounds)
  return { device, objects, units, neighbours }
}

function toFields({ objects, units, neighbours }: Reading, ticks: number) {
  const [unit] = units.values()
  const span = upSpanSeconds(
    textOf(objects.get(SWITCH.bootDate)),
    textOf(objects.get(SWITCH.currentDate)),
  )
  const isls = [...neighbours.values()].map((row) => integerOf(row.get(NEIGHBOUR.state)))
  return {
    oper_state: knownState(objects.get(SWITCH.operStatus), fields.oper_state, 0),
    adm_state: knownState(objects.get(SWITCH.admStatus), fields.adm_state, 0),
    diag: knownState(objects.get(SWITCH.diagResult), fields.diag, 0),
    status: knownState(unit?.get(UNIT.status), fields.status, 1),
    cpu_percent: within(objects.get(SWITCH.cpuUsage), 100),
    mem_percent: within(objects.get(SWITCH.memUsage), 100),
    domain_id: within(objects.get(SWITCH.domainId), 255),
    principal: principalOf(objects.get(SWITCH.principal)),
    isl_count: within(objects.get(SWITCH.neighbours), MOST_NEIGHBOURS),
    isl_active: isls.length === 0 ? undefined : isls.filter((state) => state === ISL_ACTIVE).length,
    uptime: Math.floor(wholeUpTime(ticks, span)),
  }
}

/** What is no whole number from 0 to `most` is missing: older firmware gives −1 for what it does not know. */
function within(value: SnmpValue | undefined, most: number): number | undefined {
  const number = integerOf(value)
  return number !== undefined && number >= 0 && number <= most ? number : undefined
}

function principalOf(value: SnmpValue | undefined): number | undefined {
  if (value === 1) return 1
  return value === 2 ? 0 : undefined
}

function describeSwitch({ device, objects, units }: Reading): Record<string, JsonValue> {
  const [index = ''] = units.keys()
  const [unit] = units.values()
  return onlyKnown({
    name: device.name,
    product: textOf(unit?.get(UNIT.product)) ?? device.description,
    objectId: device.objectId,
    firmware: textOf(objects.get(SWITCH.firmware)),
    serial: serialOf(objects.get(SWITCH.serial)) ?? serialOf(unit?.get(UNIT.serial)),
    wwn: unitNameOf(index),
    bootDate: textOf(objects.get(SWITCH.bootDate))?.replaceAll('"', ''),
    domainId: within(objects.get(SWITCH.domainId), 255),
    fabricId: within(objects.get(SWITCH.fabricId), 255),
  })
}

function serialOf(value: SnmpValue | undefined): string | undefined {
  const text = textOf(value)
  return text === 'none' ? undefined : text
}

function describeLinks(neighbours: Rows): JsonValue[] {
  return [...neighbours.values()].slice(0, 512).map((row) => {
    const state = integerOf(row.get(NEIGHBOUR.state))
    return onlyKnown({
      port: within(row.get(NEIGHBOUR.port), 65_535),
      remoteDomain: within(row.get(NEIGHBOUR.domain), 255),
      remotePort: within(row.get(NEIGHBOUR.remotePort), 65_535),
      remoteName: hexOf(row.get(NEIGHBOUR.remoteName)),
      active: state === undefined ? undefined : state === ISL_ACTIVE,
    })
  })
}

function onlyKnown(
  values: Readonly<Record<string, JsonValue | undefined>>,
): Record<string, JsonValue> {
  const known: Record<string, JsonValue> = {}
  for (const [name, value] of Object.entries(values)) if (value !== undefined) known[name] = value
  return known
}
