import type { NetworkInterfaceInfo } from 'node:os'

import type { JsonValue } from '@wardround/protocol'
import type { Systeminformation } from 'systeminformation'

import type { Route } from './parse-routes.ts'

/** What the inventory child reads, before anything is left out. */
export interface InventoryReadings {
  readonly system: Systeminformation.SystemData
  readonly bios: Systeminformation.BiosData
  readonly baseboard: Systeminformation.BaseboardData
  readonly chassis: Systeminformation.ChassisData
  readonly cpu: Systeminformation.CpuData
  readonly memory: Pick<Systeminformation.MemData, 'total' | 'swaptotal'>
  readonly memoryModules: readonly Systeminformation.MemLayoutData[]
  readonly os: Systeminformation.OsData
  readonly timezone: string
  readonly blockDevices: readonly Systeminformation.BlockDevicesData[]
  readonly interfaces: readonly Systeminformation.NetworkInterfacesData[]
  readonly addresses: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>
  readonly routes: readonly Route[]
  readonly nameServers: readonly string[]
}

export type InventoryName = 'hardware' | 'os' | 'disks' | 'network'

/** What this machine is, one document per part that changes on its own. Nothing in it moves by itself. */
export type InventoryDocuments = Readonly<Record<InventoryName, JsonObject>>

export type JsonObject = { readonly [key: string]: JsonValue }

export function toInventoryDocuments(readings: InventoryReadings): InventoryDocuments {
  return {
    hardware: withoutUnknowns(describeHardware(readings)),
    os: withoutUnknowns(describeOs(readings)),
    disks: withoutUnknowns({ disks: describeDisks(readings) }),
    network: withoutUnknowns(describeNetwork(readings)),
  }
}

function describeHardware(readings: InventoryReadings): DraftObject {
  const { system, bios, baseboard, chassis, cpu, memory, memoryModules } = readings
  return {
    system: {
      manufacturer: system.manufacturer,
      model: system.model,
      version: system.version,
      serial: system.serial,
      uuid: system.uuid,
      virtual: system.virtual,
      virtualHost: system.virtualHost,
    },
    bios: { vendor: bios.vendor, version: bios.version, releaseDate: bios.releaseDate },
    baseboard: {
      manufacturer: baseboard.manufacturer,
      model: baseboard.model,
      serial: baseboard.serial,
    },
    chassis: { type: chassis.type, serial: chassis.serial, assetTag: chassis.assetTag },
    cpu: {
      manufacturer: cpu.manufacturer,
      brand: cpu.brand,
      sockets: cpu.processors,
      cores: cpu.physicalCores,
      threads: cpu.cores,
      maxGigahertz: cpu.speedMax > 0 ? cpu.speedMax : undefined,
      l3Bytes: cpu.cache.l3,
    },
    memory: {
      totalBytes: memory.total,
      swapBytes: memory.swaptotal,
      modules: memoryModules
        .filter((module) => module.type !== '')
        .map((module) => ({
          bank: module.bank,
          sizeBytes: module.size,
          type: module.type,
          megahertz: module.clockSpeed,
          ecc: module.ecc,
          manufacturer: module.manufacturer,
          partNumber: module.partNum,
          serial: module.serialNum,
        })),
    },
  }
}

function describeOs({ os, timezone }: InventoryReadings): DraftObject {
  return {
    platform: os.platform,
    distribution: os.distro,
    release: os.release,
    codename: os.codename,
    kernel: os.kernel,
    architecture: os.arch,
    build: os.build,
    servicePack: os.servicepack,
    uefi: os.uefi,
    hostname: os.hostname,
    timezone,
  }
}

/** Whole disks and arrays; partitions, loop devices and memory disks come and go. */
function describeDisks({ blockDevices }: InventoryReadings): Draft {
  return blockDevices
    .filter(
      ({ type, size, name }) =>
        !/^(?:part|loop|rom)$/.test(type) && size > 0 && !/^z?ram/.test(name),
    )
    .map((device) => ({
      name: device.name,
      type: device.type,
      sizeBytes: device.size,
      medium: device.physical,
      model: device.model,
      serial: device.serial,
      protocol: device.protocol,
      removable: device.removable,
    }))
}

function describeNetwork(readings: InventoryReadings): DraftObject {
  const { interfaces, addresses, routes, nameServers } = readings
  return {
    interfaces: interfaces
      .filter(({ internal, iface }) => !internal && !isContainerEnd(iface))
      .map((one) => ({
        name: one.iface,
        mac: one.mac,
        type: one.type,
        virtual: one.virtual,
        state: one.operstate,
        mtu: one.mtu,
        megabitsPerSecond: one.speed !== null && one.speed > 0 ? one.speed : undefined,
        duplex: one.duplex,
        dhcp: one.dhcp,
        addresses: (addresses[one.iface] ?? [])
          .map(({ cidr, address }) => cidr ?? address)
          .toSorted(),
      })),
    routes: routes
      .filter((route) => !isContainerEnd(route.interface))
      .map((route) => ({ ...route })),
    nameServers,
  }
}

/** This machine's end of a container's cable: a new name with every start. */
function isContainerEnd(name: string): boolean {
  return /^(?:veth|cali|lxc|vnet|tap)/.test(name)
}

type Draft = undefined | null | boolean | number | string | readonly Draft[] | DraftObject

type DraftObject = { readonly [key: string]: Draft }

/** What vendors write into fields that nobody filled in. */
const PLACEHOLDER =
  /^(?:|-|none|unknown|not (?:specified|defined|available|applicable|provided)|n\/a|default string|to be filled by o\.?e\.?m\.?|system (?:serial number|product name|manufacturer|version)|0+|x{4,})$/i

/** Leaves out empty texts and placeholders, nothing known, and what holds nothing after that. Missing is missing. */
function withoutUnknowns(draft: DraftObject): JsonObject {
  const entries = Object.entries(draft).flatMap(([key, value]) => {
    const kept = known(value)
    return kept === undefined ? [] : [[key, kept] as const]
  })
  return Object.fromEntries(entries)
}

function known(draft: Draft): JsonValue | undefined {
  if (draft === null || draft === undefined || Number.isNaN(draft)) return undefined
  if (typeof draft === 'string') return PLACEHOLDER.test(draft.trim()) ? undefined : draft.trim()
  if (typeof draft !== 'object') return draft
  if (isList(draft)) return draft.map((one) => known(one)).filter((one) => one !== undefined)
  const object = withoutUnknowns(draft)
  return Object.keys(object).length > 0 ? object : undefined
}

function isList(draft: object): draft is readonly Draft[] {
  return Array.isArray(draft)
}
