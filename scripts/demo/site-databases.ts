import type { Faults } from './faults.ts'
import { factSheet } from './facts.ts'
import { backupParts } from './models/backups.ts'
import { exchangeParts } from './models/exchange.ts'
import { GIB } from './models/host-life.ts'
import type { HostPlan } from './models/host-plan.ts'
import { logParts } from './models/logs.ts'
import { mysqlParts } from './models/mysql.ts'
import { oracleParts, type Tablespace } from './models/oracle.ts'
import { postgresqlParts, postgresqlStandbyParts } from './models/postgresql.ts'
import { storagePathParts } from './models/storage-paths.ts'
import { NIGHTLY, OFFICE, rhythmOf, type WeekShape } from './rhythm.ts'
import { fileSystem, systemDisks } from './site-disks.ts'
import { bootedBefore, growing, type HostDraft } from './site-parts.ts'

/** Three Oracle servers, one PostgreSQL and one MySQL. */
export function databaseHosts(faults: Faults, bornMs: number): HostDraft[] {
  return [
    oracleOne(faults, bornMs),
    oracleTwo(faults, bornMs),
    oracleThree(faults, bornMs),
    postgresql(bornMs),
    mysql(faults, bornMs),
  ]
}

function oracleOne(faults: Faults, bornMs: number): HostDraft {
  const plan = oracleHost('demo-ora-1', OFFICE, bornMs, {
    extraCpu: (timeMs) => (faults.sessionsBlocked(timeMs) ? 0.34 : 0),
  })
  const tablespaces: Tablespace[] = [
    space('HEALTH_DATA', 640, faults.tablespaceUsed),
    space('HEALTH_INDEX', 320, growing(bornMs, 0.71, 0.0011)),
    ...usualSpaces(plan),
  ]
  return {
    plan,
    parts: [
      ...oracleParts(plan, {
        database: 'HEALTH',
        instance: 'HEALTH',
        role: 'primary',
        tablespaces,
        blocked: faults.sessionsBlocked,
        blockedSeconds: faults.blockedSeconds,
      }),
      ...backupParts({
        job: 'health-full',
        database: 'HEALTH',
        tool: 'rman',
        kind: 'full',
        minutes: 84,
        bytes: 410 * GIB,
        hasCopy: true,
      }),
      ...storagePathParts(plan, ['health_data', 'health_fra'], () => false),
      ...logParts(plan, MESSAGES),
    ],
    facts: factSheet(plan, {
      model: 'DEMO R750',
      os: '示例 Linux 8.8',
      processes: ['oracle', 'tnslsnr', 'wardround-agent'],
    }),
  }
}

function oracleTwo(faults: Faults, bornMs: number): HostDraft {
  const plan = oracleHost('demo-ora-2', NIGHTLY, bornMs, {})
  const tablespaces: Tablespace[] = [
    space('REPORT_DATA', 480, growing(bornMs, 0.62, 0.0016)),
    ...usualSpaces(plan),
  ]
  return {
    plan,
    parts: [
      ...oracleParts(plan, { database: 'REPORT', instance: 'REPORT', role: 'alone', tablespaces }),
      ...backupParts({
        job: 'report-full',
        database: 'REPORT',
        tool: 'rman',
        kind: 'full',
        minutes: 51,
        bytes: 190 * GIB,
        hasCopy: false,
      }),
      ...storagePathParts(plan, ['report_data'], faults.portIsDark),
      ...logParts(plan, MESSAGES),
    ],
    facts: factSheet(plan, {
      model: 'DEMO R750',
      os: '示例 Linux 8.8',
      processes: ['oracle', 'tnslsnr', 'wardround-agent'],
      events: [
        {
          atMs: faults.darkMs,
          kind: 'log',
          key: 'fc-link',
          body: {
            file: '/var/log/messages',
            rule: 'link-down',
            text: 'kernel: rport-2:0-1: blocked FC remote port time out: removing target（演示数据）',
          },
        },
      ],
    }),
  }
}

function oracleThree(_faults: Faults, bornMs: number): HostDraft {
  const plan = oracleHost('demo-ora-3', OFFICE, bornMs, { cpu: [0.04, 0.19] })
  return {
    plan,
    parts: [
      ...oracleParts(plan, {
        database: 'HEALTH',
        instance: 'HEALTHDG',
        role: 'standby',
        tablespaces: [],
      }),
      ...storagePathParts(plan, ['health_stby'], () => false),
      ...logParts(plan, MESSAGES),
    ],
    facts: factSheet(plan, {
      model: 'DEMO R750',
      os: '示例 Linux 8.8',
      processes: ['oracle', 'wardround-agent'],
    }),
  }
}

function oracleHost(
  name: string,
  shape: WeekShape,
  bornMs: number,
  more: Partial<HostPlan>,
): HostPlan {
  return {
    name,
    cores: 32,
    memory: 256 * GIB,
    isVirtual: false,
    rhythm: rhythmOf(name, shape),
    cpu: [0.06, 0.58],
    iowait: 0.14,
    memoryUsed: 0.71,
    fileSystems: [
      ...systemDisks(bornMs),
      fileSystem('/u01', 'vg_data-u01', 200, growing(bornMs, 0.58, 0.0009)),
    ],
    disks: ['sda', 'dm-4', 'dm-5'],
    reads: 3_200,
    traffic: 320,
    services: ['oracle-health', 'multipathd'],
    processes: [
      {
        process: 'ora_pmon',
        unit: 'oracle-health.service',
        memory: 0.1 * GIB,
        files: 240,
        cpuShare: 0.02,
      },
      {
        process: 'tnslsnr',
        unit: 'oracle-health.service',
        memory: 0.04 * GIB,
        files: 90,
        cpuShare: 0.01,
      },
    ],
    smart: [`${name}-S1`, `${name}-S2`],
    bootMs: bootedBefore(bornMs),
    sources: [{ source: 'oracle', type: 'oracle' }],
    ...more,
  }
}

function usualSpaces({ rhythm }: HostPlan): Tablespace[] {
  return [
    space('SYSTEM', 32, () => 0.034),
    space('SYSAUX', 32, (timeMs) => 0.09 + 0.01 * rhythm.level(timeMs)),
    space('USERS', 32, () => 0.21),
    { ...space('UNDOTBS1', 64, (timeMs) => 0.2 + 0.4 * rhythm.level(timeMs)), contents: 'UNDO' },
    { ...space('TEMP', 64, (timeMs) => 0.03 + 0.3 * rhythm.level(timeMs)), contents: 'TEMPORARY' },
  ]
}

function space(name: string, gibibytes: number, used: Tablespace['used']): Tablespace {
  return { name, contents: 'PERMANENT', maxBytes: gibibytes * GIB, used }
}

function postgresql(bornMs: number): HostDraft {
  const plan: HostPlan = {
    name: 'demo-pg-1',
    cores: 16,
    memory: 64 * GIB,
    isVirtual: true,
    rhythm: rhythmOf('demo-pg-1', OFFICE),
    cpu: [0.03, 0.44],
    memoryUsed: 0.52,
    fileSystems: [
      ...systemDisks(bornMs),
      fileSystem('/data', 'vg_data-pg', 800, growing(bornMs, 0.66, 0.0021)),
    ],
    disks: ['sda', 'sdb'],
    reads: 1_400,
    traffic: 140,
    services: ['postgresql-15'],
    processes: [
      {
        process: 'postgres',
        unit: 'postgresql-15.service',
        memory: 18 * GIB,
        files: 900,
        cpuShare: 0.8,
      },
    ],
    smart: [],
    bootMs: bootedBefore(bornMs),
    sources: [{ source: 'postgresql', type: 'postgresql' }],
  }
  return {
    plan,
    parts: [
      ...postgresqlParts(plan, 'main', ['supplies', 'reports']),
      ...postgresqlStandbyParts(plan, 'standby'),
      ...exchangeParts({ flow: 'supplies-daily', rows: 2_600, units: 172, fails: () => false }),
      ...backupParts({
        job: 'supplies-daily',
        database: 'supplies',
        tool: 'pgbackrest',
        kind: 'full',
        minutes: 36,
        bytes: 88 * GIB,
        hasCopy: true,
      }),
      ...logParts(plan, MESSAGES),
    ],
    facts: factSheet(plan, {
      model: '虚拟机',
      os: '示例 Linux 9.2',
      processes: ['postgres', 'wardround-agent'],
    }),
  }
}

function mysql(faults: Faults, bornMs: number): HostDraft {
  const plan: HostPlan = {
    name: 'demo-my-1',
    cores: 8,
    memory: 32 * GIB,
    isVirtual: true,
    rhythm: rhythmOf('demo-my-1', OFFICE),
    cpu: [0.03, 0.37],
    memoryUsed: 0.61,
    fileSystems: [
      ...systemDisks(bornMs),
      fileSystem('/data', 'vg_data-my', 400, growing(bornMs, 0.48, 0.0012)),
      fileSystem('/backup', 'vg_data-backup', 600, faults.backupUsed),
    ],
    disks: ['sda', 'sdb'],
    reads: 700,
    traffic: 90,
    services: ['mysqld'],
    processes: [
      { process: 'mysqld', unit: 'mysqld.service', memory: 15 * GIB, files: 700, cpuShare: 0.8 },
    ],
    smart: [],
    bootMs: bootedBefore(bornMs),
    sources: [{ source: 'mysql', type: 'mysql' }],
  }
  return {
    plan,
    parts: [
      ...mysqlParts(plan, 'main', ['orders', 'stock']),
      ...backupParts({
        job: 'orders-daily',
        database: 'orders',
        tool: 'file',
        kind: 'full',
        minutes: 22,
        bytes: 31 * GIB,
        lastStartMs: faults.lastOrdersBackupMs,
        hasCopy: false,
      }),
      ...logParts(plan, MESSAGES),
    ],
    facts: factSheet(plan, {
      model: '虚拟机',
      os: '示例 Linux 9.2',
      processes: ['mysqld', 'wardround-agent'],
    }),
  }
}

const MESSAGES = [
  {
    file: '/var/log/messages',
    rules: ['io-error', 'link-down', 'out-of-memory'],
    linesPerSecond: 0.4,
  },
]
