import { arrayComponent } from '../../measurements/array-component.ts'
import { defineProbe } from '../../probe.ts'
import { redfish } from '../../sources/redfish.ts'
import { ComponentEmitter } from '../../sources/redfish/component-emitter.ts'
import type { RedfishReading } from '../../sources/redfish/redfish-reading.ts'
import {
  linkIn,
  numberIn,
  readingIn,
  partsIn,
  recordsIn,
  type Resource,
} from '../../sources/redfish/resource.ts'

/**
 * Power supplies, batteries and what each chassis draws. Source: Power, one request; where there is none or nothing in it, PowerSubsystem (since
 * Redfish 2020.4). Needs: role ReadOnly.
 */
export default defineProbe({
  name: 'redfish.power',
  source: redfish,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 600,
  deadlineMs: 240_000,
  cost: 'moderate',
  reads: 'GET Chassis/*/Power, Chassis/*/PowerSubsystem/{PowerSupplies, Batteries}',
  needs: { zh: '角色 ReadOnly', en: 'role ReadOnly' },
  help: { zh: '电源、电池与功率', en: 'Power supplies, batteries and power drawn' },
  measurements: { array_component: arrayComponent },
  async sample({ session, emit, signal }) {
    const reading = session.read(signal)
    const root = await reading.root()
    const component = new ComponentEmitter(session.subject, (tags, fields) =>
      emit('array_component', tags, fields),
    )
    for (const chassis of await reading.members(linkIn(root, 'Chassis'), { isStable: true })) {
      const power = await reading.find(linkIn(chassis, 'Power'))
      if (power !== undefined && recordsIn(power, 'PowerSupplies').length > 0)
        emitPower(chassis, power, component)
      else await readSubsystem(reading, chassis, component)
    }
    reading.finish()
  },
})

function emitPower(chassis: Resource, power: Resource, component: ComponentEmitter): void {
  for (const supply of partsIn(power, 'PowerSupplies'))
    component.emit('power', supply, {
      watts: numberIn(supply, 'PowerOutputWatts', 'LastPowerOutputWatts', 'PowerInputWatts'),
      volts: numberIn(supply, 'LineInputVoltage'),
    })
  const [control] = recordsIn(power, 'PowerControl')
  const watts = numberIn(control ?? {}, 'PowerConsumedWatts')
  if (watts !== undefined) component.emitValues('enclosure', chassis, { watts })
}

async function readSubsystem(
  reading: RedfishReading,
  chassis: Resource,
  component: ComponentEmitter,
): Promise<void> {
  const subsystem = (await reading.find(linkIn(chassis, 'PowerSubsystem'))) ?? {}
  for (const supply of await reading.members(linkIn(subsystem, 'PowerSupplies'))) {
    const metrics = (await reading.find(linkIn(supply, 'Metrics'))) ?? {}
    component.emit('power', supply, {
      watts: readingIn(metrics, 'OutputPowerWatts') ?? readingIn(metrics, 'InputPowerWatts'),
      volts: readingIn(metrics, 'InputVoltage'),
    })
  }
  for (const battery of await reading.members(linkIn(subsystem, 'Batteries')))
    component.emit('battery', battery)
  const environment = (await reading.find(linkIn(chassis, 'EnvironmentMetrics'))) ?? {}
  const watts = readingIn(environment, 'PowerWatts')
  if (watts !== undefined) component.emitValues('enclosure', chassis, { watts })
}
