import { getServers } from 'node:dns'
import { readFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'

import type { Systeminformation } from 'systeminformation'

import {
  toInventoryDocuments,
  type InventoryDocuments,
  type InventoryReadings,
} from './inventory-documents.ts'
import { parseIpv4Routes, parseIpv6Routes, type Route } from './parse-routes.ts'

/** From the inventory child to the agent, once. */
export type InventoryReply =
  | { readonly documents: InventoryDocuments }
  | { readonly failure: string }

/**
 * Reads what this machine is, sends it and ends: neither the memory of systeminformation nor the programs
 * that it starts stay.
 */
export async function startRole(): Promise<void> {
  process.on('disconnect', () => process.exit())
  const reply = await readInventoryReply()
  process.send?.(reply, () => process.disconnect())
}

async function readInventoryReply(): Promise<InventoryReply> {
  try {
    return { documents: toInventoryDocuments(await readInventoryReadings()) }
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) }
  }
}

async function readInventoryReadings(): Promise<InventoryReadings> {
  const si = await import('systeminformation')
  const [system, bios, baseboard, chassis, cpu, memory, memoryModules, os, blockDevices] =
    await Promise.all([
      si.system(),
      si.bios(),
      si.baseboard(),
      si.chassis(),
      si.cpu(),
      si.mem(),
      si.memLayout(),
      si.osInfo(),
      si.blockDevices(),
    ])
  const interfaces = toList(await si.networkInterfaces())
  return {
    system,
    bios,
    baseboard,
    chassis,
    cpu,
    memory,
    memoryModules,
    os,
    blockDevices,
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    interfaces,
    addresses: networkInterfaces(),
    routes:
      process.platform === 'linux'
        ? readRoutes()
        : toDefaultRoute(await si.networkGatewayDefault(), interfaces),
    nameServers: getServers(),
  }
}

function toList<T>(one: T | T[]): T[] {
  return Array.isArray(one) ? one : [one]
}

function readRoutes(): Route[] {
  return [
    ...parseIpv4Routes(readFileSync('/proc/net/route', 'latin1')),
    ...parseIpv6Routes(readIfThere('/proc/net/ipv6_route')),
  ]
}

/** Absent where IPv6 is switched off. */
function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return ''
  }
}

/** Elsewhere only the default gateway is known. */
function toDefaultRoute(
  gateway: string,
  interfaces: readonly Systeminformation.NetworkInterfacesData[],
): Route[] {
  if (gateway === '') return []
  const name = interfaces.find((one) => one.default)?.iface ?? ''
  return [{ destination: 'default', gateway, interface: name, metric: 0 }]
}
