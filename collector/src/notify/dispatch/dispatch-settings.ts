import { Duration } from '@wardround/program'
import { Type, type Static } from 'typebox'
import { DependencySettings } from './dependency-settings.ts'
import { MaintenanceSettings } from './maintenance-settings.ts'
import { PersonSettings, RouteSettings } from './route-settings.ts'

/** Members of `notify:` that say who is told of what. */
export const dispatchSettings = {
  timeZone: Type.String({
    default: 'Asia/Shanghai',
    description:
      'IANA name of the zone by whose clock routes and maintenance windows go, and in which notices and the page tell times',
  }),
  digestAfter: Duration({
    default: '15m',
    description:
      'What is already wrong when a host, instance or device is first watched is gathered for so long and told as one list per project; 0s: told as any other',
  }),
  route: RouteSettings,
  people: Type.Array(PersonSettings, { default: [], description: 'People whom escalations name' }),
  maintenance: Type.Array(MaintenanceSettings, {
    default: [],
    description: 'Windows in which alerts are not told; data are recorded all the same',
  }),
  dependencies: Type.Array(DependencySettings, {
    default: [],
    description: 'Causes and what they mute, beside those that come with Wardround',
  }),
}

const All = Type.Object(dispatchSettings)

export type DispatchSettings = Static<typeof All>
