import type { Timers } from '../../clocks.ts'
import { ProbeError } from '../../probe.ts'
import type { CopiesEvidence, EvidenceReader } from './backup-session.ts'
import type { KeptJob } from './kept-job.ts'

/** A little less than a run of the probe has: the job must be told of as missing before the run is given up. */
const PATIENCE_MS = 26_000

/** Gives up on what hangs, and does not ask it again before it has come back: each look that hangs holds a thread. */
export class PatientReader implements EvidenceReader {
  readonly #reader: EvidenceReader
  readonly #timers: Timers
  #isBusy = false

  constructor(reader: EvidenceReader, timers: Timers) {
    this.#reader = reader
    this.#timers = timers
  }

  async read(nowMs: number, kept: KeptJob, signal?: AbortSignal): Promise<CopiesEvidence> {
    if (this.#isBusy) throw hanging()
    this.#isBusy = true
    const reading = this.#reader.read(nowMs, kept, signal).finally(() => (this.#isBusy = false))
    let cancel = () => {}
    const givenUp = new Promise<never>((_resolve, reject) => {
      cancel = this.#timers.after(PATIENCE_MS, () => reject(hanging()))
    })
    try {
      return await Promise.race([reading, givenUp])
    } finally {
      cancel()
    }
  }

  [Symbol.dispose](): void {
    this.#reader[Symbol.dispose]()
  }
}

function hanging(): ProbeError {
  return new ProbeError('NOT_ANSWERING', {
    zh: '备份目录或工具没有应答（网络文件系统可能已断开）',
    en: 'the backup’s directory or tool does not answer (a network file system may be gone)',
  })
}
