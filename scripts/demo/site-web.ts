import type { Faults } from './faults.ts'
import { factSheet } from './facts.ts'
import { GIB } from './models/host-life.ts'
import type { HostPlan } from './models/host-plan.ts'
import { logParts } from './models/logs.ts'
import { tomcatParts } from './models/tomcat.ts'
import { OFFICE, rhythmOf } from './rhythm.ts'
import { fileSystem, systemDisks } from './site-disks.ts'
import { bootedBefore, growing, type HostDraft } from './site-parts.ts'

const LOGS = [
  { file: '/var/log/messages', rules: ['io-error', 'out-of-memory'], linesPerSecond: 0.3 },
  {
    file: 'catalina',
    rules: ['OutOfMemoryError', 'SEVERE'],
    linesPerSecond: 1.2,
    instance: 'health',
  },
]

/** Two Tomcat servers behind one address. */
export function webHosts(faults: Faults, bornMs: number): HostDraft[] {
  return ['demo-app-1', 'demo-app-2'].map((name) => {
    const plan = webPlan(name, bornMs)
    const isShort = name === 'demo-app-1' ? faults.webIsBusy : () => false
    return {
      plan,
      parts: [...tomcatParts(plan, { instance: 'health', isShort }), ...logParts(plan, LOGS)],
      facts: factSheet(plan, {
        model: 'DEMO R650',
        os: '示例 Linux 8.8',
        processes: ['java', 'nginx', 'wardround-agent'],
      }),
    }
  })
}

function webPlan(name: string, bornMs: number): HostPlan {
  return {
    name,
    cores: 16,
    memory: 64 * GIB,
    isVirtual: false,
    rhythm: rhythmOf(name, OFFICE),
    cpu: [0.02, 0.41],
    memoryUsed: 0.46,
    fileSystems: [
      ...systemDisks(bornMs),
      fileSystem('/opt', 'vg_data-opt', 200, growing(bornMs, 0.39, 0.0018)),
    ],
    disks: ['sda', 'sdb'],
    reads: 160,
    traffic: 210,
    services: ['tomcat', 'nginx'],
    processes: [
      { process: 'java', unit: 'tomcat.service', memory: 9.6 * GIB, files: 1_100, cpuShare: 0.82 },
      { process: 'nginx', unit: 'nginx.service', memory: 0.2 * GIB, files: 400, cpuShare: 0.08 },
    ],
    smart: [`${name}-S1`, `${name}-S2`],
    bootMs: bootedBefore(bornMs),
    sources: [{ source: 'tomcat', type: 'tomcat' }],
  }
}
