import { AlertSite, AT_ONCE, CALM, HIGH } from '../../support/alert-site.ts'
import {
  FaultyReceiver,
  RETRY_AFTER_MS,
  type Attempt,
  type ReceiverFault,
} from '../../support/faulty-receiver.ts'
import { pass, until } from '../../support/until.ts'
import type { FaultResult, FaultRow } from '../fault-row.ts'
import { sideBySide } from '../side-by-side.ts'

/** The faults last so long: one of them in the short form, all in the full one, the last as long as the matrix says. */
const WINDOWS_MS = [6_000, 60_000, 600_000, 3_600_000]
const TIMEOUT_MS = 2_000
const FIRST_DELAY_MS = 500
const MAX_DELAY_MS = 150_000
/** Timers of two programs are read. */
const TOLERANCE_MS = 25
/** After a long fault the next attempt may be 5 min away. */
const DEADLINE_MS = 480_000
const HOSTS = ['db1', 'db2', 'db3', 'db4', 'db5', 'db6']
const ENDS_MEANWHILE = HOSTS.slice(0, 3)
const FAULTS: readonly ReceiverFault[] = [
  'error',
  'busy',
  'hang',
  'slow',
  'reset',
  'torn',
  'refused',
]

/** Seven receivers fail, each in its own way, while alerts begin and end. */
export const row: FaultRow = {
  id: 'A3',
  title: 'receivers answer 500 or 429, hang, are slow, reset the connection or refuse it',
  shortTrials: 1,
  fullTrials: WINDOWS_MS.length,
  async run({ trials, log }) {
    const sum = { expected: 0, lost: 0, attempts: 0, repeated: 0 }
    const violations: string[] = []
    const windowsMs = WINDOWS_MS.slice(0, trials)
    await sideBySide(trials, trials, async (trial) => {
      const windowMs = windowsMs[trial - 1] ?? 0
      const found = await runTrial(windowMs)
      sum.expected += found.expected
      sum.lost += found.lost
      sum.attempts += found.attempts
      sum.repeated += found.repeated
      violations.push(...found.violations.map((text) => `${windowMs / 1000} s: ${text}`))
      log(`${windowMs / 1000} s: ${found.attempts} attempts, ${found.violations.length} wrong`)
    })
    const { expected, lost, attempts, repeated } = sum
    const measured = { attempts, 'repeated under one id': repeated }
    return { trials, expected, lost, duplicated: 0, violations, measured }
  },
}

interface TrialResult extends Pick<FaultResult, 'expected' | 'lost' | 'violations'> {
  readonly attempts: number
  readonly repeated: number
}

async function runTrial(windowMs: number): Promise<TrialResult> {
  await using receivers = await Receivers.start()
  await using site = await AlertSite.open(
    { forSeconds: 0, clearSeconds: 1 },
    { notify: { channels: receivers.channels, ...AT_ONCE } },
  )
  await receivers.fail()
  const startedAtMs = Date.now()
  for (const host of HOSTS) await site.addHost(host, { '/': HIGH })
  await receivers.untilAllWereTried(DEADLINE_MS)
  // an alert of a host whose level falls before it was seen high would be none
  await untilAllFire(site, DEADLINE_MS)
  for (const host of ENDS_MEANWHILE) site.setLevels(host, { '/': CALM })
  await pass(startedAtMs + windowMs - Date.now())
  await receivers.recover()
  for (const host of HOSTS) site.setLevels(host, { '/': CALM })
  await receivers.untilAllIsTold(DEADLINE_MS).catch(() => undefined) // said as lost, by host
  await pass(1_000)
  const found = [...receivers.byFault].map(([fault, { attempts }]) => check(fault, attempts))
  return {
    expected: found.length * HOSTS.length * 2,
    lost: found.reduce((sum, { lost }) => sum + lost, 0),
    violations: found.flatMap((one) => one.violations),
    attempts: found.reduce((sum, one) => sum + one.attempts, 0),
    repeated: found.reduce((sum, one) => sum + one.repeated, 0),
  }
}

async function untilAllFire(site: AlertSite, withinMs: number): Promise<void> {
  const fires = async () => {
    const { alerts } = await site.collector.get<{ alerts: { host: string }[] }>('/api/v1/alerts')
    return HOSTS.every((name) => alerts.some(({ host }) => host === name))
  }
  await until('every host has its alert', fires, withinMs, 50)
}

/** One receiver for each fault. */
class Receivers implements AsyncDisposable {
  readonly byFault: ReadonlyMap<ReceiverFault, FaultyReceiver>

  private constructor(byFault: ReadonlyMap<ReceiverFault, FaultyReceiver>) {
    this.byFault = byFault
  }

  static async start(): Promise<Receivers> {
    const started = FAULTS.map(async (fault) => [fault, await FaultyReceiver.start()] as const)
    return new Receivers(new Map(await Promise.all(started)))
  }

  get channels() {
    const timeout = `${TIMEOUT_MS}ms`
    return [...this.byFault].map(([name, { url }]) => ({ name, type: 'webhook', url, timeout }))
  }

  async fail(): Promise<void> {
    for (const [fault, receiver] of this.byFault) await receiver.setFault(fault)
  }

  async recover(): Promise<void> {
    for (const receiver of this.byFault.values()) await receiver.setFault('none')
  }

  /** Who refuses connections sees none. */
  async untilAllWereTried(withinMs: number): Promise<void> {
    const wereTried = () =>
      [...this.byFault].every(([fault, { attempts }]) => fault === 'refused' || attempts.length > 0)
    await until('each receiver was tried', wereTried, withinMs)
  }

  async untilAllIsTold(withinMs: number): Promise<void> {
    const isTold = () =>
      [...this.byFault.values()].every(({ taken }) => missing(taken).length === 0)
    await until('all is told', isTold, withinMs, 200)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const receiver of this.byFault.values()) await receiver[Symbol.asyncDispose]()
  }
}

function check(fault: ReceiverFault, attempts: readonly Attempt[]) {
  const taken = attempts.filter(({ isTaken }) => isTaken)
  const lost = missing(taken)
  const violations = [...wrongOrder(taken), ...wrongIds(attempts), ...wrongPauses(attempts)]
  const ids = new Set(taken.map(({ deliveryId }) => deliveryId))
  return {
    lost: lost.length,
    violations: [...lost.map((one) => `${one} was not told`), ...violations].map(
      (text) => `${fault}: ${text}`,
    ),
    attempts: attempts.length,
    repeated: taken.length - ids.size,
  }
}

/** What an attempt tells, as `db1 firing`. */
function toldIn({ alerts }: Attempt): string[] {
  return alerts.map(({ labels, status }) => `${labels['host']} ${status}`)
}

function missing(taken: readonly Attempt[]): string[] {
  const told = new Set(taken.flatMap(toldIn))
  return HOSTS.flatMap((host) => [`${host} firing`, `${host} resolved`]).filter(
    (one) => !told.has(one),
  )
}

function wrongOrder(taken: readonly Attempt[]): string[] {
  const told = taken.flatMap(toldIn)
  return HOSTS.filter((host) => told.indexOf(`${host} resolved`) < told.indexOf(`${host} firing`))
    .filter((host) => told.includes(`${host} resolved`))
    .map((host) => `${host}: resolved came before firing`)
}

/** A transition goes under one id, however often it is tried. */
function wrongIds(attempts: readonly Attempt[]): string[] {
  const ids = new Map<string, Set<string>>()
  for (const attempt of attempts)
    for (const told of toldIn(attempt))
      ids.set(told, (ids.get(told) ?? new Set()).add(attempt.deliveryId))
  return [...ids].filter(([, of]) => of.size > 1).map(([told, of]) => `${told}: ${of.size} ids`)
}

/** The pauses between the attempts of a message double, and are never shorter than Retry-After. */
function wrongPauses(attempts: readonly Attempt[]): string[] {
  const byId = Map.groupBy(attempts, ({ deliveryId }) => deliveryId)
  return [...byId].flatMap(([id, tried]) =>
    tried.slice(1).flatMap(({ atMs }, before) => {
      const earlier = tried[before]
      if (earlier === undefined) return []
      const backOffMs = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** before)
      const leastMs = earlier.fault === 'busy' ? Math.max(RETRY_AFTER_MS, backOffMs) : backOffMs
      const pauseMs = atMs - earlier.atMs
      if (pauseMs >= leastMs - TOLERANCE_MS) return []
      return [`${id}: attempt ${before + 2} after ${pauseMs} ms, not ${leastMs}`]
    }),
  )
}
