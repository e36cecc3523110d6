import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { RedfishStandInAnswer } from './stand-in-redfish.ts'

const FOLDER = join(
  import.meta.dirname,
  '../../../../shared/device-data/redfish/dmtf-public-rackmount1',
)

/** The recorded rack server, one file for each resource; undefined on a machine without it. */
export function findMockUp(): ((path: string) => RedfishStandInAnswer | undefined) | undefined {
  try {
    statSync(join(FOLDER, 'index.json'))
  } catch {
    return undefined
  }
  return (path) => {
    const parts = path.split('/').slice(3)
    if (parts.some((part) => !/^[\w.-]+$/.test(part) || part.startsWith('.'))) return undefined
    try {
      return readFileSync(join(FOLDER, ...parts, 'index.json'), 'utf8')
    } catch {
      return undefined
    }
  }
}

/** What servers of two makers answered, some of it broken: by path; undefined on a machine without it. */
export function findVendorAnswers(
  maker: 'dell' | 'hp',
  isBroken = false,
): Readonly<Record<string, string>> | undefined {
  const member = maker === 'dell' ? 'System.Embedded.1' : '1'
  const chassis = `/redfish/v1/Chassis/${member}`
  const ending = isBroken ? 'invalid' : ''
  const files = {
    '/redfish/v1/Systems': `${maker}_available_systems`,
    [`/redfish/v1/Systems/${member}`]: `${maker}_systems${ending}`,
    [chassis]: `${maker}_chassis${maker === 'dell' ? ending : ''}`,
    [`${chassis}/Thermal`]: `${maker}_thermal${ending}`,
    [`${chassis}/Power`]: `${maker}_power${ending}`,
  }
  try {
    return Object.fromEntries(
      Object.entries(files).map(([path, file]) => [
        path,
        readFileSync(join(FOLDER, '../telegraf', maker, `${file}.json`), 'utf8'),
      ]),
    )
  } catch {
    return undefined
  }
}
