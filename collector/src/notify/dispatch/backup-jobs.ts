/** Nothing was heard of a running job for so long: it is not taken to run. */
const STALE_MS = 3_600_000

/** Backup jobs that run now, by host. */
export class BackupJobs {
  /** By host and job: when it was last heard to run. */
  readonly #running = new Map<string, Map<string, number>>()

  /** Takes in how a job stands; whether it began or ended. */
  set(host: string, job: string, isRunning: boolean, nowMs: number): boolean {
    const jobs = this.#running.get(host)
    if (!isRunning) {
      const wasRunning = jobs?.delete(job) === true
      if (jobs?.size === 0) this.#running.delete(host)
      return wasRunning
    }
    const isNew = jobs?.has(job) !== true
    this.#running.set(host, (jobs ?? new Map<string, number>()).set(job, nowMs))
    return isNew
  }

  /** A job that runs on a host. */
  find(host: string): string | undefined {
    const [job] = this.#running.get(host)?.keys() ?? []
    return job
  }

  /** Forgets jobs that nothing was heard of; whether there were any. */
  expire(nowMs: number): boolean {
    const stale = this.list().filter(({ atMs }) => nowMs - atMs >= STALE_MS)
    for (const { host, job } of stale) this.set(host, job, false, nowMs)
    return stale.length > 0
  }

  list(): { readonly host: string; readonly job: string; readonly atMs: number }[] {
    return [...this.#running].flatMap(([host, jobs]) =>
      [...jobs].map(([job, atMs]) => ({ host, job, atMs })),
    )
  }
}
