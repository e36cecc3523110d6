import { drift, seedOf } from '../noise.ts'
import { part, type Part } from '../part.ts'
import type { Rhythm } from '../rhythm.ts'

/** The management controller of a server, asked over Redfish. */
export function bmcParts(name: string, rhythm: Rhythm): Part[] {
  const seed = seedOf(name)
  const component = (probe: string, type: string, which: string, sample: Part['sample']) =>
    part(probe, 'array_component', { array: name, type, name: which }, sample)
  return [
    part('redfish.up', 'redfish_up', {}, (timeMs) => ({
      up: 1,
      response_ms: 110 + 40 * (1 + drift(seed, timeMs)),
      error_code: 0,
    })),
    component('redfish.health', 'chassis', 'System.Embedded.1', () => ({ health: 0, running: 1 })),
    ...['Inlet Temp', 'CPU1 Temp', 'CPU2 Temp'].map((sensor, at) =>
      component('redfish.thermal', 'temperature', sensor, (timeMs) => ({
        health: 0,
        running: 1,
        temp_c:
          (at === 0 ? 22 : 44) +
          (at === 0 ? 2 : 16) * rhythm.level(timeMs) +
          drift(seed ^ at, timeMs),
      })),
    ),
    ...['Fan1A', 'Fan1B', 'Fan2A', 'Fan2B'].map((fan, at) =>
      component('redfish.thermal', 'fan', fan, (timeMs) => ({
        health: 0,
        running: 1,
        rpm: Math.round(7_400 + 1_800 * rhythm.level(timeMs) + 80 * drift(seed ^ (at + 8), timeMs)),
      })),
    ),
    ...['PS1', 'PS2'].map((supply) =>
      component('redfish.power', 'power', supply, (timeMs) => ({
        health: 0,
        running: 1,
        watts: Math.round(170 + 120 * rhythm.level(timeMs)),
      })),
    ),
  ]
}
