import { defineProbe, remembers } from '../../probe.ts'
import { redfish } from '../../sources/redfish.ts'
import {
  linkIn,
  numberIn,
  recordIn,
  textIn,
  type Resource,
} from '../../sources/redfish/resource.ts'

const SEND_AGAIN_MS = 86_400_000
/** Of each kind: a document has its bounds. */
const MOST = 64
const IDENTITY = ['Id', 'Name', 'Manufacturer', 'Model', 'SerialNumber', 'PartNumber', 'SKU']

/**
 * What the device is: makers, models, serial numbers, versions of BIOS and firmware. Source: Systems, Chassis, Managers. Needs: role ReadOnly. The document
 * `hardware`, when it changes and once a day.
 */
export default defineProbe({
  name: 'redfish.inventory',
  source: redfish,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 21_600,
  deadlineMs: 200_000,
  cost: 'moderate',
  reads: 'GET Systems, Chassis, Managers',
  needs: { zh: '角色 ReadOnly', en: 'role ReadOnly' },
  help: {
    zh: '设备清单：厂商、型号、序列号、BIOS 与固件版本',
    en: 'What it is: maker, model, serial number, versions of BIOS and firmware',
  },
  measurements: {},
  remembers: remembers<{ readonly text: string; readonly sentAtMs: number }>(),
  async sample({ session, emitDocument, signal, memory, monotonicMs }) {
    const reading = session.read(signal)
    const root = await reading.root()
    const read = async (name: string, describe: (resource: Resource) => object) =>
      (await reading.members(linkIn(root, name), { isStable: true, maxMembers: MOST })).map(
        describe,
      )
    const body = {
      service: pick(root, ['RedfishVersion', 'Vendor', 'Product', 'UUID']),
      systems: await read('Systems', describeSystem),
      chassis: await read('Chassis', (one) => pick(one, [...IDENTITY, 'ChassisType', 'AssetTag'])),
      managers: await read('Managers', (one) =>
        pick(one, [...IDENTITY, 'ManagerType', 'FirmwareVersion']),
      ),
    }
    reading.finish()
    const text = JSON.stringify(body)
    if (memory?.text === text && monotonicMs - memory.sentAtMs < SEND_AGAIN_MS) return memory
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what JSON.stringify() wrote is JSON
    emitDocument('hardware', 'history', JSON.parse(text) as Record<string, string>)
    return { text, sentAtMs: monotonicMs }
  },
})

function describeSystem(system: Resource): object {
  const [processors, memory] = ['ProcessorSummary', 'MemorySummary'].map((name) =>
    recordIn(system, name),
  )
  return {
    ...pick(system, [...IDENTITY, 'BiosVersion', 'HostName', 'AssetTag', 'UUID']),
    processors: numberIn(processors ?? {}, 'Count'),
    processorModel: textIn(processors ?? {}, 'Model'),
    memoryGiB: numberIn(memory ?? {}, 'TotalSystemMemoryGiB'),
  }
}

/** Those that it says, with a small letter in front. */
function pick(resource: Resource, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const text = textIn(resource, name)
      return text === undefined ? [] : [[name.charAt(0).toLowerCase() + name.slice(1), text]]
    }),
  )
}
