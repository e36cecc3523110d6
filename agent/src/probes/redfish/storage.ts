import { arrayComponent } from '../../measurements/array-component.ts'
import { defineProbe } from '../../probe.ts'
import { redfish } from '../../sources/redfish.ts'
import { ComponentEmitter } from '../../sources/redfish/component-emitter.ts'
import type { RedfishReading } from '../../sources/redfish/redfish-reading.ts'
import { linkIn, numberIn, recordIn, type Resource } from '../../sources/redfish/resource.ts'

/**
 * Controllers, drives and volumes: health, predicted failure, life left. Source: Storage of each system, and of the service itself where arrays have it.
 * Needs: role ReadOnly. Costs a request for each drive, since services seldom expand these.
 */
export default defineProbe({
  name: 'redfish.storage',
  source: redfish,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 600,
  deadlineMs: 240_000,
  cost: 'slow',
  reads: 'GET Systems/*/Storage, Storage/*/{Controllers, Drives, Volumes}',
  needs: { zh: '角色 ReadOnly', en: 'role ReadOnly' },
  help: {
    zh: '存储控制器、硬盘、逻辑卷的健康状态与剩余寿命',
    en: 'Storage controllers, drives and volumes: health and life left',
  },
  measurements: { array_component: arrayComponent },
  async sample({ session, emit, signal }) {
    const reading = session.read(signal)
    const root = await reading.root()
    const component = new ComponentEmitter(session.subject, (tags, fields) =>
      emit('array_component', tags, fields),
    )
    const systems = await reading.members(linkIn(root, 'Systems'), { isStable: true })
    const collections = [root, ...systems].map((holder) => linkIn(holder, 'Storage'))
    for (const link of collections)
      for (const storage of await reading.members(link))
        await readStorage(reading, storage, component)
    for (const system of systems) {
      for (const simple of await reading.members(linkIn(system, 'SimpleStorage')))
        component.emit('controller', simple)
    }
    reading.finish()
  },
})

async function readStorage(
  reading: RedfishReading,
  storage: Resource,
  component: ComponentEmitter,
): Promise<void> {
  component.emit('storage', storage)
  const controllers = [
    ...(await reading.each(storage, 'StorageControllers')),
    ...(await reading.members(linkIn(storage, 'Controllers'))),
  ]
  for (const controller of controllers) component.emit('controller', controller)
  for (const drive of await reading.each(storage, 'Drives'))
    component.emit('disk', drive, {
      size_bytes: positive(numberIn(drive, 'CapacityBytes')),
      media_life_left_percent: share(numberIn(drive, 'PredictedMediaLifeLeftPercent')),
      predicted_failure: flagIn(drive, 'FailurePredicted'),
      temp_c: numberIn(recordIn(drive, 'Temperature'), 'Reading'),
    })
  for (const volume of await reading.members(linkIn(storage, 'Volumes')))
    component.emit('volume', volume, { size_bytes: positive(numberIn(volume, 'CapacityBytes')) })
}

function flagIn(resource: Resource, name: string): number | undefined {
  const value = resource[name]
  return typeof value === 'boolean' ? Number(value) : undefined
}

/** 255 and −1 stand for "not known". */
function share(percent: number | undefined): number | undefined {
  return percent !== undefined && percent >= 0 && percent <= 100 ? percent : undefined
}

function positive(value: number | undefined): number | undefined {
  return value !== undefined && value > 0 ? value : undefined
}
