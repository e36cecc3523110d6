import { arrayComponent } from '../../measurements/array-component.ts'
import { defineProbe } from '../../probe.ts'
import { redfish } from '../../sources/redfish.ts'
import { ComponentEmitter } from '../../sources/redfish/component-emitter.ts'
import { isUnused } from '../../sources/redfish/component.ts'
import type { RedfishReading } from '../../sources/redfish/redfish-reading.ts'
import {
  linkIn,
  numberIn,
  recordIn,
  partsIn,
  recordsIn,
  textIn,
  type Resource,
} from '../../sources/redfish/resource.ts'

/** Sensors of one chassis; a request for each where the service expands nothing. */
const MAX_SENSORS = 256

/**
 * Fans and temperatures of each chassis. Source: Thermal, one request; where there is none or nothing in it, ThermalSubsystem and Sensors (since
 * Redfish 2020.4). Needs: role ReadOnly.
 */
export default defineProbe({
  name: 'redfish.thermal',
  source: redfish,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 600,
  deadlineMs: 240_000,
  cost: 'moderate',
  reads:
    'GET Chassis/*/Thermal, Chassis/*/ThermalSubsystem/{Fans, ThermalMetrics}, Chassis/*/Sensors',
  needs: { zh: '角色 ReadOnly', en: 'role ReadOnly' },
  help: { zh: '风扇与温度', en: 'Fans and temperatures' },
  measurements: { array_component: arrayComponent },
  async sample({ session, emit, signal }) {
    const reading = session.read(signal)
    const root = await reading.root()
    const component = new ComponentEmitter(session.subject, (tags, fields) =>
      emit('array_component', tags, fields),
    )
    for (const chassis of await reading.members(linkIn(root, 'Chassis'), { isStable: true })) {
      const thermal = await reading.find(linkIn(chassis, 'Thermal'))
      if (thermal !== undefined && isFilled(thermal)) emitThermal(thermal, component)
      else await readSubsystem(reading, chassis, component)
    }
    reading.finish()
  },
})

function isFilled(thermal: Resource): boolean {
  return recordsIn(thermal, 'Fans').length + recordsIn(thermal, 'Temperatures').length > 0
}

function emitThermal(thermal: Resource, component: ComponentEmitter): void {
  for (const fan of partsIn(thermal, 'Fans')) {
    // iLO 4 calls it FanName and CurrentReading, in per cent
    const unit = textIn(fan, 'ReadingUnits')
    component.emit('fan', named(fan, 'FanName'), {
      rpm: unit === 'RPM' ? numberIn(fan, 'Reading', 'ReadingRPM') : numberIn(fan, 'ReadingRPM'),
    })
  }
  for (const sensor of partsIn(thermal, 'Temperatures')) {
    if (isUnused(sensor)) continue
    component.emit('temperature', named(sensor, 'FanName'), {
      temp_c: measured(numberIn(sensor, 'ReadingCelsius')),
    })
  }
}

async function readSubsystem(
  reading: RedfishReading,
  chassis: Resource,
  component: ComponentEmitter,
): Promise<void> {
  const subsystem = await reading.find(linkIn(chassis, 'ThermalSubsystem'))
  for (const fan of await reading.members(linkIn(subsystem ?? {}, 'Fans')))
    component.emit('fan', fan, { rpm: numberIn(recordIn(fan, 'SpeedPercent'), 'SpeedRPM') })
  const sensors = await reading.members(linkIn(chassis, 'Sensors'), { maxMembers: MAX_SENSORS })
  for (const sensor of sensors) {
    if (!isTemperature(sensor) || isUnused(sensor)) continue
    component.emit('temperature', sensor, { temp_c: measured(numberIn(sensor, 'Reading')) })
  }
}

function isTemperature(sensor: Resource): boolean {
  const type = textIn(sensor, 'ReadingType')
  return type === 'Temperature' || (type === undefined && textIn(sensor, 'ReadingUnits') === 'Cel')
}

/** 0 K and what some send where there is no reading. */
function measured(celsius: number | undefined): number | undefined {
  return celsius !== undefined && celsius > -100 && celsius < 250 ? celsius : undefined
}

function named(resource: Resource, other: string): Resource {
  return resource['Name'] === undefined ? { ...resource, Name: resource[other] } : resource
}
