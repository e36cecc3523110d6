import { clamp, drift, random, seedOf } from '../noise.ts'
import { part, type Part } from '../part.ts'
import { counterOf, GIB, MIB } from './host-life.ts'
import type { HostPlan } from './host-plan.ts'
import { oracleLoadParts } from './oracle-load.ts'

export interface Tablespace {
  readonly name: string
  readonly contents: 'PERMANENT' | 'TEMPORARY' | 'UNDO'
  readonly maxBytes: number
  readonly used: (timeMs: number) => number
}

/** A database of one instance, and its place in a Data Guard configuration. */
export interface OraclePlan {
  readonly database: string
  readonly instance: string
  readonly role: 'primary' | 'standby' | 'alone'
  /** Name of the standby that a primary feeds. */
  readonly standby?: string
  readonly tablespaces: readonly Tablespace[]
  readonly blocked?: (timeMs: number) => boolean
  /** What sessions have waited for each other until then. */
  readonly blockedSeconds?: (timeMs: number) => number
}

export function oracleParts(host: HostPlan, plan: OraclePlan): Part[] {
  const { database, instance } = plan
  const seed = seedOf(`oracle ${instance}`)
  return [
    part('oracle.up', 'oracle_up', { instance }, (timeMs) => ({
      up: 1,
      connect_ms: 6 + 5 * random(seed, Math.floor(timeMs / 30_000)),
      error_code: 0,
    })),
    part('oracle.instance', 'oracle_instance', { database, instance }, (timeMs) => ({
      status: plan.role === 'standby' ? 2 : 3,
      database_status: 1,
      archiver: 2,
      logins: 1,
      instance_role: 1,
      blocked: 0,
      uptime_seconds: (timeMs - host.bootMs(timeMs)) / 1000 - 180,
    })),
    part('oracle.database', 'oracle_database', { database }, () => ({
      open_mode: plan.role === 'standby' ? 4 : 2,
      log_mode: 1,
      database_role: plan.role === 'standby' ? 2 : 1,
      force_logging: 2,
      flashback_on: 1,
      switchover_status: plan.role === 'primary' ? 6 : 1,
      protection_mode: 1,
      created: 1_650_000_000,
    })),
    ...(plan.role === 'alone'
      ? [
          part('oracle.pdb', 'oracle_pdb', { database, instance, pdb: `${database}PDB` }, () => ({
            open_mode: 2,
            restricted: 0,
            total_size_bytes: 310 * GIB,
          })),
        ]
      : []),
    ...plan.tablespaces.map((space) => tablespacePart(database, space)),
    ...spaceParts(host, plan),
    ...oracleLoadParts(host, plan),
    ...upkeepParts(plan, seed),
    ...(plan.role === 'standby' ? [standbyPart(plan, seed)] : []),
  ]
}

function tablespacePart(database: string, { name, contents, maxBytes, used }: Tablespace): Part {
  const tags = { database, pdb: '', tablespace: name, contents }
  return part('oracle.tablespace', 'oracle_tablespace', tags, (timeMs) => {
    const usedBytes = Math.floor((maxBytes * clamp(used(timeMs), 0, 1)) / MIB) * MIB
    const fileBytes = Math.min(maxBytes, Math.ceil((usedBytes * 1.03) / GIB) * GIB)
    const isUndo = contents === 'UNDO'
    return {
      file_bytes: fileBytes,
      max_bytes: maxBytes,
      used_bytes: usedBytes,
      free_bytes: fileBytes - usedBytes,
      undo_held_bytes: isUndo ? usedBytes * 0.4 : undefined,
      used_percent_of_file: (usedBytes / fileBytes) * 100,
      used_percent_of_max: (usedBytes / maxBytes) * 100,
      undo_held_percent_of_max: isUndo ? (usedBytes / maxBytes) * 40 : undefined,
      status: 1,
      autoextensible: 1,
      files: Math.ceil(maxBytes / (32 * GIB)),
      offline_files: 0,
    }
  })
}

/** Recovery area and disk groups. */
function spaceParts(host: HostPlan, { database }: OraclePlan): Part[] {
  const seed = seedOf(`fra ${database}`)
  const limit = 500 * GIB
  const share = (timeMs: number) =>
    0.42 + 0.12 * host.rhythm.level(timeMs) + 0.03 * drift(seed, timeMs)
  const groups = [
    ['DATA', 2_048 * GIB, 0.71],
    ['FRA', 600 * GIB, 0.5],
  ] as const
  return [
    part('oracle.fra', 'oracle_fra', { database }, (timeMs) => ({
      limit_bytes: limit,
      used_bytes: limit * (share(timeMs) + 0.1),
      reclaimable_bytes: limit * 0.1,
      files: 420,
      used_percent: 100 * share(timeMs),
    })),
    ...(['ARCHIVED LOG', 'BACKUP PIECE'] as const).map((kind, at) =>
      part('oracle.fra', 'oracle_fra_usage', { database, file_type: kind }, (timeMs) => ({
        used_percent: 100 * share(timeMs) * (at === 0 ? 0.6 : 0.4),
        reclaimable_percent: 5,
        files: at === 0 ? 380 : 40,
      })),
    ),
    ...groups.map(([diskgroup, total, used]) =>
      part('oracle.asm', 'oracle_asm', { database, diskgroup }, (timeMs) => {
        const free = total * (1 - used - 0.01 * host.rhythm.level(timeMs))
        return {
          total_bytes: total,
          free_bytes: free,
          required_mirror_free_bytes: 0,
          usable_file_bytes: free,
          used_percent: 100 * (1 - free / total),
          offline_disks: 0,
          state: 1,
          type: 1,
        }
      }),
    ),
    part(
      'oracle.archive-dest',
      'oracle_archive_dest',
      { database, instance: database, dest: 'LOG_ARCHIVE_DEST_1' },
      archived(host),
    ),
  ]
}

function archived(host: HostPlan): Part['sample'] {
  const logs = counterOf(host, 'archived logs', 0.004)
  return (timeMs) => ({
    status: 3,
    log_sequence: 48_000 + logs(timeMs),
    archived_bytes_24h: 38 * GIB,
  })
}

function upkeepParts({ database, instance, role }: OraclePlan, seed: number): Part[] {
  const pdb = ''
  return [
    part('oracle.account', 'oracle_account', { database, pdb, user: 'WARDROUND' }, () => ({
      days_to_expiry: 140,
      account_status: 1,
    })),
    part('oracle.corruption', 'oracle_corruption', { database }, () => ({ blocks: 0, files: 0 })),
    part('oracle.datapump', 'oracle_datapump', { database, operation: 'EXPORT' }, () => ({
      jobs: 0,
      executing: 0,
      not_running: 0,
    })),
    part('oracle.job', 'oracle_job', { database, pdb }, (timeMs) => ({
      failed_24h: 0,
      broken: 0,
      running: random(seed, Math.floor(timeMs / 600_000)) < 0.2 ? 1 : 0,
      running_max_seconds: 0,
    })),
    part(
      'oracle.job',
      'oracle_autotask',
      { database, pdb, client: 'auto optimizer stats collection' },
      () => ({ enabled: 1 }),
    ),
    part('oracle.objects', 'oracle_objects', { database, pdb, kind: 'PACKAGE BODY' }, () => ({
      invalid: 3,
    })),
    part('oracle.objects', 'oracle_objects', { database, pdb, kind: 'INDEX' }, () => ({
      unusable_indexes: 0,
    })),
    part('oracle.objects', 'oracle_objects', { database, pdb, kind: 'TABLE' }, () => ({
      tables: 1_840,
      stale_stats: 26,
      recyclebin_bytes: 2 * GIB,
    })),
    part('oracle.param', 'oracle_param', { database, instance }, () => ({ set: 31, modified: 0 })),
    part('oracle.patch', 'oracle_patch', { database, pdb }, () => ({
      last_patch_age_days: 88,
      status: 1,
      components_invalid: 0,
    })),
    part('oracle.alertlog', 'oracle_alertlog_reading', { instance }, () => ({
      way: 1,
      lag_bytes: 0,
      lost_files_total: 0,
    })),
    ...['ORA-00060', 'ORA-01555', 'ORA-00600'].map((code) =>
      part('oracle.alertlog', 'oracle_alertlog', { instance, code, database }, () => ({
        matches_total: code === 'ORA-00600' ? 0 : 2,
        matches_10m: 0,
      })),
    ),
    ...(role === 'standby'
      ? []
      : [
          part('oracle.backup', 'oracle_backup_corruption', { database }, () => ({ blocks: 0 })),
          part('oracle.user', 'oracle_user', { database, pdb, user: 'DEMO_APP' }, () => ({
            days_to_expiry: 61,
            password_age_days: 29,
            account_status: 1,
            locked: 0,
          })),
        ]),
  ]
}

function standbyPart({ database, instance }: OraclePlan, seed: number): Part {
  const tags = { database, name: instance, seen_from: 'standby' }
  return part('oracle.dataguard', 'oracle_dataguard', tags, (timeMs) => {
    const lag = Math.max(0, Math.round(4 + 5 * drift(seed, timeMs)))
    return {
      apply_lag_seconds: lag,
      transport_lag_seconds: Math.round(lag / 3),
      apply_finish_seconds: 1,
      datum_age_seconds: 1,
      gap: 0,
      apply_state: 1,
      unsent_logs: 0,
      unapplied_logs: 0,
      gap_status: 1,
    }
  })
}
