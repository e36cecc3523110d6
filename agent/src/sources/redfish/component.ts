import { HEALTH, RUNNING } from '../../measurements/array-component.ts'
import { pathOf, recordIn, textIn, type Resource } from './resource.ts'

/** Words of Status.Health. */
const HEALTHS: Readonly<Record<string, number>> = {
  OK: HEALTH.ok,
  Warning: HEALTH.warning,
  Critical: HEALTH.critical,
}

/** Words of Status.State (DMTF's Resource schema). */
const STATES: Readonly<Record<string, number>> = {
  Enabled: RUNNING.online,
  Disabled: RUNNING.disabled,
  StandbyOffline: RUNNING.standby,
  StandbySpare: RUNNING.standby,
  InTest: RUNNING.testing,
  Starting: RUNNING.starting,
  Absent: RUNNING.absent,
  UnavailableOffline: RUNNING.offline,
  Deferring: RUNNING.busy,
  Quiesced: RUNNING.busy,
  Updating: RUNNING.updating,
  Qualified: RUNNING.online,
  Degraded: RUNNING.online,
}

const LONGEST_NAME = 200

/** How well a part is and what it does, by its Status. */
export interface ComponentState {
  readonly health: number
  readonly running: number
}

/** Undefined for a part that is not there (Absent): an empty bay is no fault. */
export function stateOf(resource: Resource): ComponentState | undefined {
  const status = recordIn(resource, 'Status')
  const state = textIn(status, 'State')
  if (state === 'Absent') return undefined
  return {
    health: worstOf(status['Health'], status['HealthRollup']),
    running: (state === undefined ? undefined : STATES[state]) ?? RUNNING.unknown,
  }
}

/** A sensor of a part that is not fitted: switched off, and without an opinion. */
export function isUnused(resource: Resource): boolean {
  const { State: state, Health: health } = recordIn(resource, 'Status')
  return state === 'Disabled' && (health === undefined || health === null)
}

/** The part's own health and that of what it holds. A word that we don't know hides no fault, and is never good. */
function worstOf(...given: readonly unknown[]): number {
  const words = given.filter((word) => word !== undefined && word !== null)
  const values = words.map((word) => (typeof word === 'string' ? HEALTHS[word] : undefined))
  const known = values.filter((value) => value !== undefined)
  const worst = Math.max(-1, ...known)
  if (worst > HEALTH.ok) return worst
  return words.length > 0 && known.length === words.length ? worst : HEALTH.unknown
}

/**
 * Names a part for a person and for ever: what the device calls it, and the ids on the way to it, since a drive may be called "Drive" forty times.
 * `Disk 3 (RAID.Slot.1/Disk.Bay.3)`
 */
export function nameOf(resource: Resource): string {
  const ids = idsIn(pathOf(resource) ?? '')
  const name = textIn(resource, 'Name') ?? textIn(resource, 'Id') ?? ids.at(-1) ?? '?'
  const where = ids.join('/')
  return where === '' || where === name
    ? name.slice(0, LONGEST_NAME)
    : `${name.slice(0, 100)} (${where.slice(-LONGEST_NAME)})`.slice(0, 256)
}

/** Collections and single resources on the way to a part: they name nothing. */
const PLACES = new Set([
  'Systems',
  'Chassis',
  'Managers',
  'Storage',
  'StorageControllers',
  'Controllers',
  'Drives',
  'Volumes',
  'SimpleStorage',
  'Thermal',
  'ThermalSubsystem',
  'Fans',
  'Sensors',
  'Power',
  'PowerSubsystem',
  'PowerSupplies',
  'Batteries',
])

/** `/redfish/v1/Systems/1/Storage/DE00/Drives/0` → 1, DE00, 0 */
function idsIn(path: string): string[] {
  const [resource = '', member = ''] = path.split('#')
  const parts = resource.split('/').filter(Boolean).slice(2)
  const ids = parts.filter((part) => !PLACES.has(part))
  const index = /\/([^/]{1,40})$/.exec(member)?.[1]
  return [...ids, ...(index === undefined ? [] : [index])].map(decode)
}

function decode(id: string): string {
  try {
    return decodeURIComponent(id).replaceAll(/\p{Cc}/gu, ' ')
  } catch {
    return id // a per cent sign of its own
  }
}
