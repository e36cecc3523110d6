import type { SampleBlock } from '@wardround/protocol'
import type { SeriesDirectory } from '../rules/points/series-directory.ts'

/** Value of backup_job.status while the job runs. */
const RUNNING = 2

/** What a series has to do with notices. */
const UNKNOWN = 0
const NOTHING = 1
const BACKUP = 2
const INSTANCE = 3

export interface SampleListeners {
  /** What a host's job was heard to be. */
  onBackup(host: string, job: string, isRunning: boolean): void
  /** An instance of a database answers. */
  onInstance(host: string, instance: string, database: string): void
}

/** Sees in the samples what notices must know: backup jobs that run, and which instances a database has. Of each other sample it reads one byte. */
export class SampleWatch {
  readonly #directory: SeriesDirectory
  readonly #listeners: SampleListeners
  #kinds = new Uint8Array(1024)

  constructor(directory: SeriesDirectory, listeners: SampleListeners) {
    this.#directory = directory
    this.#listeners = listeners
  }

  accept({ subject, series, values }: SampleBlock): void {
    for (let index = 0; index < series.length; index++) {
      const number = series[index] ?? 0
      const known = this.#kinds[number] ?? UNKNOWN
      const kind = known === UNKNOWN ? this.#look(number) : known
      if (kind === BACKUP)
        this.#listeners.onBackup(subject, this.#tagOf(number, 'job'), values[index] === RUNNING)
      else if (kind === INSTANCE)
        this.#listeners.onInstance(
          subject,
          this.#tagOf(number, 'instance'),
          this.#tagOf(number, 'database'),
        )
    }
  }

  #look(number: number): number {
    if (number >= this.#kinds.length) {
      const grown = new Uint8Array(Math.max(number + 1, this.#kinds.length * 2))
      grown.set(this.#kinds)
      this.#kinds = grown
    }
    const { measurement, field } = this.#directory.shapeOf(number)
    const kind = kindOf(`${measurement}.${field}`)
    this.#kinds[number] = kind
    return kind
  }

  #tagOf(number: number, wanted: string): string {
    const { tags } = this.#directory.shapeOf(number)
    return tags.find(([name]) => name === wanted)?.[1] ?? ''
  }
}

function kindOf(metric: string): number {
  if (metric === 'backup_job.status') return BACKUP
  return metric === 'oracle_instance.status' ? INSTANCE : NOTHING
}
