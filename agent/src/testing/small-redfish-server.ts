import { collectionOf, HEALTHY, type RedfishStandInAnswer } from './stand-in-redfish.ts'

const SYSTEM = '/redfish/v1/Systems/1'
const CHASSIS = '/redfish/v1/Chassis/1U'
const STORAGE = `${SYSTEM}/Storage/RAID1`

/**
 * A server with one controller, shaped as DMTF's schemas (DSP8010) have it: three drives of which one fails, an empty bay, a volume that rebuilds, a fan that
 * stands still, one power supply of two, and words that no schema knows.
 */
export const SMALL_SERVER: Readonly<Record<string, RedfishStandInAnswer>> = {
  '/redfish/v1/Systems': collectionOf(SYSTEM),
  [SYSTEM]: {
    Id: '1',
    Name: 'db1',
    Manufacturer: 'Contoso',
    Model: '3500',
    SerialNumber: 'SN1',
    BiosVersion: 'P79 v1.45',
    Status: { State: 'Enabled', Health: 'OK', HealthRollup: 'Critical' },
    ProcessorSummary: { Count: 2, Status: HEALTHY },
    MemorySummary: { TotalSystemMemoryGiB: 96, Status: { State: 'Enabled', Health: 'Degrading' } },
    Storage: { '@odata.id': `${SYSTEM}/Storage` },
    LogServices: { '@odata.id': `${SYSTEM}/LogServices` },
  },
  [`${SYSTEM}/Storage`]: collectionOf(STORAGE),
  [STORAGE]: {
    Id: 'RAID1',
    Name: 'Array controller',
    Status: { State: 'Enabled', HealthRollup: 'Warning' },
    StorageControllers: [
      { '@odata.id': `${STORAGE}#/StorageControllers/0`, Name: 'P408i', Status: HEALTHY },
    ],
    Drives: ['0', '1', '2', '3'].map((id) => ({ '@odata.id': `${STORAGE}/Drives/${id}` })),
    Volumes: { '@odata.id': `${STORAGE}/Volumes` },
  },
  [`${STORAGE}/Drives/0`]: {
    Name: 'Drive',
    Status: HEALTHY,
    CapacityBytes: 960_197_124_096,
    PredictedMediaLifeLeftPercent: 93,
    FailurePredicted: false,
  },
  [`${STORAGE}/Drives/1`]: {
    Name: 'Drive',
    Status: { State: 'Enabled', Health: 'Warning' },
    CapacityBytes: 960_197_124_096,
    PredictedMediaLifeLeftPercent: 255,
    FailurePredicted: true,
  },
  [`${STORAGE}/Drives/2`]: { Name: 'Drive', Status: { State: 'Rebooting', Health: 'Fine' } },
  [`${STORAGE}/Drives/3`]: { Name: 'Drive', Status: { State: 'Absent' } },
  [`${STORAGE}/Volumes`]: collectionOf(`${STORAGE}/Volumes/1`),
  [`${STORAGE}/Volumes/1`]: {
    Name: 'Data',
    CapacityBytes: 1_920_394_248_192,
    Status: { State: 'Updating', Health: 'Warning' },
  },
  '/redfish/v1/Chassis': collectionOf(CHASSIS),
  [CHASSIS]: {
    Id: '1U',
    Name: 'Chassis',
    Status: { State: 'Enabled', Health: 'OK' },
    Thermal: { '@odata.id': `${CHASSIS}/Thermal` },
    Power: { '@odata.id': `${CHASSIS}/Power` },
  },
  [`${CHASSIS}/Thermal`]: {
    Fans: [
      {
        '@odata.id': `${CHASSIS}/Thermal#/Fans/0`,
        Name: 'Fan 1',
        Reading: 2_100,
        ReadingUnits: 'RPM',
        Status: HEALTHY,
      },
      {
        FanName: 'Fan 2',
        CurrentReading: 0,
        Units: 'Percent',
        Status: { State: 'Enabled', Health: 'Critical' },
      },
    ],
    Temperatures: [
      { Name: 'Inlet', ReadingCelsius: 24.5, Status: HEALTHY },
      { Name: 'CPU2', Status: { State: 'Disabled' } },
      { Name: 'GPU', ReadingCelsius: 0, Status: { State: 'Absent' } },
    ],
  },
  [`${CHASSIS}/Power`]: {
    PowerControl: [{ PowerConsumedWatts: 344 }],
    PowerSupplies: [
      { Name: 'PSU 1', LineInputVoltage: 220.5, LastPowerOutputWatts: 325, Status: HEALTHY },
      { Name: 'PSU 2', Status: { State: 'UnavailableOffline', Health: 'Critical' } },
      { Name: 'PSU 3', Status: { State: 'Absent' } },
    ],
  },
  '/redfish/v1/Managers': collectionOf('/redfish/v1/Managers/BMC'),
  '/redfish/v1/Managers/BMC': {
    Id: 'BMC',
    Name: 'Manager',
    Model: 'iBMC',
    FirmwareVersion: '3.21',
    Status: HEALTHY,
    LogServices: { '@odata.id': '/redfish/v1/Managers/BMC/LogServices' },
  },
  '/redfish/v1/Managers/BMC/LogServices': collectionOf('/redfish/v1/Managers/BMC/LogServices/SEL'),
  '/redfish/v1/Managers/BMC/LogServices/SEL': {
    Id: 'SEL',
    Name: 'System Event Log',
    Entries: { '@odata.id': '/redfish/v1/Managers/BMC/LogServices/SEL/Entries' },
  },
  '/redfish/v1/Managers/BMC/LogServices/SEL/Entries': { Members: [logEntry('1', 'OK', 'started')] },
}

/** An entry of its System Event Log. */
export function logEntry(id: string, severity: string, message: string): Record<string, unknown> {
  return {
    '@odata.id': `/redfish/v1/Managers/BMC/LogServices/SEL/Entries/${id}`,
    Id: id,
    Created: '2026-11-22T10:11:12Z',
    Severity: severity,
    Message: message,
  }
}
