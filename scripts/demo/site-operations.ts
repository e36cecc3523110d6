import { DAY_MS, type Faults } from './faults.ts'
import { factSheet } from './facts.ts'
import { bmcParts } from './models/bmc.ts'
import { certificateParts, paperCertificatePart } from './models/certificates.ts'
import { diskArrayParts } from './models/disk-array.ts'
import { exchangeParts } from './models/exchange.ts'
import { fcSwitchParts, type FcPort } from './models/fc-switch.ts'
import { GIB } from './models/host-life.ts'
import type { HostPlan } from './models/host-plan.ts'
import { logParts, receiverParts } from './models/logs.ts'
import { reachParts } from './models/reach.ts'
import { smallStorageParts } from './models/small-storage.ts'
import { NIGHTLY, OFFICE, rhythmOf, STEADY } from './rhythm.ts'
import { fileSystem, systemDisks } from './site-disks.ts'
import { bootedAgain, growing, type HostDraft, type SiteSubject } from './site-parts.ts'

const PORTS = 24
/** What is plugged in, by port. */
const PLUGGED: Readonly<
  Record<number, { readonly name: string; readonly traffic: number; readonly nightly?: true }>
> = {
  0: { name: 'demo-ora-1 HBA1', traffic: 190 },
  1: { name: 'demo-ora-1 HBA2', traffic: 185 },
  2: { name: 'demo-ora-2 HBA1', traffic: 240, nightly: true },
  3: { name: 'demo-ora-2 HBA2', traffic: 236, nightly: true },
  4: { name: 'demo-ora-3 HBA1', traffic: 60 },
  5: { name: 'demo-ora-3 HBA2', traffic: 58 },
  8: { name: 'demo-array-1 0A.P0', traffic: 260 },
  9: { name: 'demo-array-1 0A.P1', traffic: 250 },
  10: { name: 'demo-array-1 0B.P0', traffic: 255 },
  11: { name: 'demo-array-1 0B.P1', traffic: 246 },
}
/** HBA2 of demo-ora-2. */
const DARK_PORT = 3

/** The host from which devices, pages, certificates and flows are watched. */
export function operationsHost(faults: Faults, bornMs: number): HostDraft {
  const plan = operationsPlan(faults, bornMs)
  return {
    plan,
    parts: [
      ...certificates(faults, bornMs),
      ...exchangeParts({ flow: 'city-upload', rows: 18_400, units: 0, fails: () => false }),
      ...exchangeParts({
        flow: 'district-reports',
        rows: 9_200,
        units: 16,
        fails: faults.exchangeFails,
      }),
      ...reachParts({
        rhythm: plan.rhythm,
        pings: [
          { url: '192.0.2.1', name: '核心交换机', ms: 0.4 },
          { url: '192.0.2.20', name: '磁盘阵列管理口', ms: 0.6 },
          { url: '198.51.100.9', name: '市级平台前置机', ms: 6.1 },
        ],
        pages: [
          { server: 'https://portal.demo.example/', name: '门户首页', isSlow: faults.webIsBusy },
          {
            server: 'https://gateway.demo.example/health',
            name: '数据交换网关',
            isSlow: () => false,
          },
        ],
        ports: [
          { server: 'demo-ora-1', port: '1521', name: 'Oracle 监听' },
          { server: 'demo-pg-1', port: '5432', name: 'PostgreSQL' },
        ],
        resolver: '192.0.2.53',
      }),
      ...logParts(plan, [
        { file: '/var/log/messages', rules: ['io-error', 'out-of-memory'], linesPerSecond: 0.5 },
      ]),
      ...receiverParts(plan),
      ...smallStorageParts(plan, growing(bornMs, 0.52, 0.0011)),
    ],
    devices: devices(faults, bornMs),
    facts: factSheet(plan, {
      model: '虚拟机',
      os: '示例 Linux 9.2',
      processes: ['wardround-agent', 'sshd', 'nginx'],
      documents: [
        {
          name: 'exchange_units:district-reports',
          keep: 'newest',
          body: {
            flow: 'district-reports',
            expected: 16,
            missing: ['示例区甲', '示例区乙'],
            more: 0,
            unexpected: [],
          },
        },
      ],
      events: [
        {
          subject: 'demo-fc-1',
          atMs: faults.darkMs,
          kind: 'log',
          key: 'port-3-offline',
          body: {
            level: 'error',
            text: `[PORT] Port ${DARK_PORT}: Link offline, loss of signal（演示数据）`,
          },
        },
      ],
    }),
  }
}

function certificates(faults: Faults, bornMs: number) {
  return [
    ...certificateParts({
      source: 'https://portal.demo.example:443',
      name: '门户证书',
      commonName: 'portal.demo.example',
      lifetimeDays: 365,
      expiresMs: faults.portalExpiresMs,
    }),
    ...certificateParts({
      source: 'https://gateway.demo.example:443',
      name: '数据交换网关',
      commonName: 'gateway.demo.example',
      lifetimeDays: 365,
      expiresMs: bornMs + 143.2 * DAY_MS,
    }),
    ...certificateParts({
      source: 'https://mail.demo.example:443',
      name: '邮件服务',
      commonName: 'mail.demo.example',
      lifetimeDays: 180,
      expiresMs: bornMs + 61.7 * DAY_MS,
    }),
    paperCertificatePart('上报专用 USB-Key', '值班员甲', bornMs + 77.5 * DAY_MS),
  ]
}

function devices(faults: Faults, bornMs: number): SiteSubject[] {
  const fabric = rhythmOf('demo fabric', OFFICE)
  const night = rhythmOf('demo fabric night', NIGHTLY)
  const ports = Array.from({ length: PORTS }, (_, number): FcPort => {
    const { name = '', traffic = 0, nightly } = PLUGGED[number] ?? {}
    return {
      number,
      name,
      traffic,
      rhythm: nightly === true ? night : fabric,
      ...(number === DARK_PORT ? { isDark: faults.portIsDark } : {}),
    }
  })
  return [
    { subject: 'demo-bmc-1', parts: bmcParts('demo-bmc-1', fabric) },
    { subject: 'demo-fc-1', parts: fcSwitchParts('demo-fc-1', ports) },
    {
      subject: 'demo-array-1',
      parts: diskArrayParts({
        array: 'demo-array-1',
        rhythm: fabric,
        disks: 12,
        diskFails: faults.diskFails,
        used: growing(bornMs, 0.74, 0.0017),
      }),
    },
  ]
}

function operationsPlan(faults: Faults, bornMs: number): HostPlan {
  return {
    name: 'demo-ops-1',
    cores: 8,
    memory: 16 * GIB,
    isVirtual: true,
    rhythm: rhythmOf('demo-ops-1', STEADY),
    cpu: [0.02, 0.16],
    memoryUsed: 0.38,
    fileSystems: [
      ...systemDisks(bornMs),
      fileSystem('/data', 'vg_data-ops', 300, growing(bornMs, 0.41, 0.0007)),
    ],
    disks: ['sda', 'sdb'],
    reads: 120,
    traffic: 24,
    services: ['nginx', 'vsftpd'],
    processes: [
      { process: 'nginx', unit: 'nginx.service', memory: 0.1 * GIB, files: 120, cpuShare: 0.1 },
    ],
    smart: [],
    ...bootedAgain(bornMs, faults),
    sources: [
      { source: 'demo-fc-1', type: 'snmp' },
      { source: 'demo-array-1', type: 'snmp' },
      { source: 'demo-bmc-1', type: 'redfish' },
    ],
  }
}
