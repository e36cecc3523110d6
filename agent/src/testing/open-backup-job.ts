import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import backupJobProbe from '../probes/backup/job.ts'
import { SourceMemory } from '../source-memory.ts'
import type { Session } from '../source.ts'
import { backupSource } from '../sources/backup.ts'
import type { BackupSession } from '../sources/backup/backup-session.ts'
import { sampleOnce, type SampledRun } from './sample-once.ts'
import { makeSourceContext } from './source-context.ts'

/** A backup job as an entry of agent.yaml declares it, with a state directory that outlives it; times are what the test says. */
export class OpenBackupJob implements AsyncDisposable {
  readonly opened: Session<BackupSession>
  #memory: unknown

  private constructor(opened: Session<BackupSession>) {
    this.opened = opened
  }

  static async open(state: string, given: Readonly<Record<string, unknown>>) {
    const declared = backupSource.options ?? {}
    const options = {
      ...Object.fromEntries(
        Object.entries(declared).map(([name, { default: value }]) => [name, value]),
      ),
      ...given,
    }
    const name = String(given['name'] ?? given['job'])
    await mkdir(state, { recursive: true })
    const memory = await SourceMemory.open(join(state, 'sources'), name)
    const opened = await backupSource.open(await makeSourceContext({ name, options, memory }))
    return new OpenBackupJob(opened)
  }

  get session(): BackupSession {
    return this.opened.session
  }

  /** One run of the probe at this time. @throws what the probe threw, when it has emitted */
  async run(timeMs: number): Promise<SampledRun> {
    const run = await sampleOnce(backupJobProbe, this.session, { timeMs, memory: this.#memory })
    this.#memory = run.memory
    return run
  }

  /** The fields of the one copy that there is. */
  async fields(timeMs = Date.now()): Promise<Readonly<Record<string, number | undefined>>> {
    return (await this.run(timeMs)).samples[0]?.fields ?? {}
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.opened[Symbol.asyncDispose]()
  }
}
