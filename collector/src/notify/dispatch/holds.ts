import type { LocalizedText } from '@wardround/protocol'
import { BackupJobs } from './backup-jobs.ts'
import { DependencyIndex, type Dependency } from './dependency-index.ts'
import { InstanceBook } from './instance-book.ts'
import { MaintenanceBook, type MaintenanceWindow } from './maintenance-book.ts'
import { SilenceBook } from './silence-book.ts'
import { isFiring, type Hold, type TrackedAlert } from './tracked-alert.ts'

/** What is held back, and by what: from configuration and data file. */
export interface HoldRules {
  readonly dependencies: readonly Dependency[]
  readonly windows: readonly MaintenanceWindow[]
  /** Rules whose milder alerts wait while a backup runs on their host. */
  readonly duringBackup: ReadonlySet<string>
}

/** The rule of the alert that tells of the freeze itself. */
const FREEZE_RULE = 'incidents_frozen'

export type FoundHold = Pick<Hold, 'kind' | 'by' | 'follows'>

/** Everything that keeps alerts from being told. */
export class Holds {
  readonly silences = new SilenceBook()
  readonly maintenance = new MaintenanceBook()
  readonly backups = new BackupJobs()
  readonly instances = new InstanceBook()
  #duringBackup: ReadonlySet<string>
  #index: DependencyIndex
  /** Why no incident is told: the collector's own network fails. */
  frozen: LocalizedText | undefined
  #silencesInForce = ''

  constructor({ dependencies, windows, duringBackup }: HoldRules) {
    this.#index = this.#indexOf(dependencies)
    this.#duringBackup = duringBackup
    this.maintenance.windows = windows
  }

  /** Other rules; every alert is to be looked at anew. */
  replace(rules: HoldRules, alerts: Iterable<TrackedAlert>): void {
    this.#index = this.#indexOf(rules.dependencies)
    for (const tracked of alerts) this.#index.update(tracked)
    this.#duringBackup = rules.duringBackup
    this.maintenance.windows = rules.windows
  }

  /** Takes in what an alert is now; the ids of others that it may hold or free. */
  update(tracked: TrackedAlert): ReadonlySet<string> {
    return this.#index.update(tracked)
  }

  /** Time has passed; whether any alert may be held or freed by that. */
  look(nowMs: number): boolean {
    const inForce = this.silences.inForce(nowMs)
    const silencesChanged = inForce !== this.#silencesInForce
    this.#silencesInForce = inForce
    const windowsChanged = this.maintenance.look(nowMs)
    return this.backups.expire(nowMs) || silencesChanged || windowsChanged
  }

  /** What holds an alert that fires; `inDigest`: it waits for its project's digest. */
  find(tracked: TrackedAlert, nowMs: number, inDigest: boolean): FoundHold | undefined {
    if (!isFiring(tracked)) return undefined
    if (this.frozen !== undefined && tracked.alert.ruleId !== FREEZE_RULE)
      return { kind: 'frozen', by: '' }
    const cause = this.#index.causeOf(tracked)
    if (cause !== undefined) return { kind: 'muted', by: cause.id }
    const window = this.maintenance.find(tracked.alert)
    if (window !== undefined) return { kind: 'maintenance', by: window }
    const silence = this.silences.find(tracked.alert, nowMs)
    if (silence !== undefined) return { kind: 'silenced', by: silence.id }
    const job = this.#backupFor(tracked)
    if (job !== undefined) return { kind: 'backup', by: job }
    return inDigest ? { kind: 'digest', by: '' } : undefined
  }

  #indexOf(dependencies: readonly Dependency[]): DependencyIndex {
    return new DependencyIndex(dependencies, (database, host) => this.instances.of(database, host))
  }

  #backupFor({ alert }: TrackedAlert): string | undefined {
    if (alert.severity === 'critical' || !this.#duringBackup.has(alert.ruleId)) return undefined
    return this.backups.find(alert.host)
  }
}
