import { arrayComponent } from '../../measurements/array-component.ts'
import { defineProbe } from '../../probe.ts'
import { redfish } from '../../sources/redfish.ts'
import { ComponentEmitter } from '../../sources/redfish/component-emitter.ts'
import { linkIn, recordIn } from '../../sources/redfish/resource.ts'

/**
 * Health of systems, chassis and managers, with what they hold rolled up, each minute: three requests where the service expands collections, else one
 * for each of them. What exactly is ill, the slower probes say. Source: Systems, Chassis, Managers. Needs: role ReadOnly.
 */
export default defineProbe({
  name: 'redfish.health',
  source: redfish,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 60,
  deadlineMs: 55_000,
  cost: 'moderate',
  reads: 'GET Systems, Chassis, Managers',
  needs: { zh: '角色 ReadOnly', en: 'role ReadOnly' },
  help: {
    zh: '服务器或阵列的总体健康状态',
    en: 'Health of the server or array as a whole',
  },
  measurements: { array_component: arrayComponent },
  async sample({ session, emit, signal }) {
    const reading = session.read(signal)
    const root = await reading.root()
    const component = new ComponentEmitter(session.subject, (tags, fields) =>
      emit('array_component', tags, fields),
    )
    for (const system of await reading.members(linkIn(root, 'Systems'), { isStable: true })) {
      component.emit('system', system)
      component.emitSummary('processor', system, recordIn(system, 'ProcessorSummary'))
      component.emitSummary('memory', system, recordIn(system, 'MemorySummary'))
    }
    for (const chassis of await reading.members(linkIn(root, 'Chassis'), { isStable: true }))
      component.emit('enclosure', chassis)
    for (const manager of await reading.members(linkIn(root, 'Managers'), { isStable: true }))
      component.emit('manager', manager)
    reading.finish()
  },
})
