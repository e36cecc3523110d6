import type { SampleBlock } from '@wardround/protocol'
import type { SeriesDirectory } from '../rules/points/series-directory.ts'

/** Value of backup_job.status while the job runs. */
const RUNNING = 2

/** How a series has to do with backups. */
const UNKNOWN = 0
const OTHER = 1
const STATUS = 2

/** What a host's job was heard to be. */
export type OnBackup = (host: string, job: string, isRunning: boolean) => void

/** Sees in the samples which declared backup jobs run. Of each other sample it reads one byte. */
export class BackupWatch {
  readonly #directory: SeriesDirectory
  readonly #onBackup: OnBackup
  #kinds = new Uint8Array(1024)

  constructor(directory: SeriesDirectory, onBackup: OnBackup) {
    this.#directory = directory
    this.#onBackup = onBackup
  }

  accept({ subject, series, values }: SampleBlock): void {
    for (let index = 0; index < series.length; index++) {
      const number = series[index] ?? 0
      const kind = this.#kinds[number] ?? UNKNOWN
      if (kind === OTHER) continue
      if (kind === UNKNOWN && this.#look(number) === OTHER) continue
      this.#onBackup(subject, this.#jobOf(number), values[index] === RUNNING)
    }
  }

  #look(number: number): number {
    if (number >= this.#kinds.length) {
      const grown = new Uint8Array(Math.max(number + 1, this.#kinds.length * 2))
      grown.set(this.#kinds)
      this.#kinds = grown
    }
    const { measurement, field } = this.#directory.shapeOf(number)
    const kind = measurement === 'backup_job' && field === 'status' ? STATUS : OTHER
    this.#kinds[number] = kind
    return kind
  }

  #jobOf(number: number): string {
    const { tags } = this.#directory.shapeOf(number)
    return tags.find(([name]) => name === 'job')?.[1] ?? ''
  }
}
