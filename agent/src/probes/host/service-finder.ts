import { NoDataError, ProbeError } from '../../probe.ts'
import type { ProcessRow } from '../../sources/process-table.ts'
import { compileExpression, type SiteExpression } from '../../sources/site-expression.ts'
import { PidfileReader } from './pidfile-reader.ts'
import { readScope, type Readers, type ServiceSelector } from './service-scope.ts'

/** What is remembered of a process from run to run. */
export interface ProcessRecord {
  readonly startTicks: number
  /** Not there at the run before. */
  isNew: boolean
  name: string
  /** Places, in the list of services, of those that its name, command line and user fit. */
  services: readonly number[]
  lastRun: number
}

export interface FoundProcess {
  readonly row: ProcessRow
  readonly record: ProcessRecord
}

export interface FoundService {
  readonly processes: readonly FoundProcess[]
  /** False where the question could not be asked: no such user, pid file, no systemd. */
  readonly answered: boolean
  /** False where not even the number of processes is known. */
  readonly countKnown: boolean
}

/** A command line can change under one name (a title that a program sets): looked at anew once in so many runs. */
const MATCH_AGAIN_RUNS = 12

/** Finds the processes of services. Command lines and users are read when a process is new, then rarely. */
export class ServiceFinder {
  readonly #services: readonly ServiceSelector[]
  readonly #patterns: readonly (SiteExpression | undefined)[]
  readonly #records = new Map<number, ProcessRecord>()
  readonly #pidfiles = new PidfileReader()
  #run = 0

  /** @throws ProbeError BAD_NAME when two services have one name: their series would be one; UNREADABLE for an expression that is none of RE2 */
  static async open(services: readonly ServiceSelector[]): Promise<ServiceFinder> {
    refuseTwice(services)
    const patterns: (SiteExpression | undefined)[] = []
    for (const { pattern } of services)
      patterns.push(pattern === undefined ? undefined : await compileExpression(pattern))
    return new ServiceFinder(services, patterns)
  }

  private constructor(
    services: readonly ServiceSelector[],
    patterns: readonly (SiteExpression | undefined)[],
  ) {
    this.#services = services
    this.#patterns = patterns
  }

  /** One answer per service, in their order. */
  find(session: Readers, rows: readonly ProcessRow[], timeMs: number): FoundService[] {
    this.#run += 1
    const scopes = this.#services.map((service) =>
      readScope(session, service, this.#pidfiles, timeMs),
    )
    const found = scopes.map((scope) => ({ ...scope, processes: [] as FoundProcess[] }))
    for (const row of rows) {
      if (!isProgram(row)) continue
      const record = this.#recordOf(session, row, timeMs)
      for (const place of record.services) {
        const service = found[place]
        if (service?.pids?.has(row.pid) ?? true) service?.processes.push({ row, record })
      }
    }
    this.#forgetEnded()
    return found
  }

  #recordOf(session: Readers, row: ProcessRow, timeMs: number): ProcessRecord {
    const known = this.#records.get(row.pid)
    if (known?.startTicks !== row.startTicks) {
      const record = { startTicks: row.startTicks, ...this.#look(session, row, timeMs) }
      this.#records.set(row.pid, record)
      return record
    }
    // Between fork and exec a process is still what its parent is: its second run looks again.
    const due = known.isNew || (this.#run + row.pid) % MATCH_AGAIN_RUNS === 0
    if (due || known.name !== row.name) Object.assign(known, this.#look(session, row, timeMs))
    known.isNew = false
    known.lastRun = this.#run
    return known
  }

  #look(session: Readers, row: ProcessRow, timeMs: number): Omit<ProcessRecord, 'startTicks'> {
    const services = this.#matching(session, row, timeMs)
    return { isNew: this.#run > 1, name: row.name, services, lastRun: this.#run }
  }

  #matching(session: Readers, row: ProcessRow, timeMs: number): number[] {
    try {
      const facts = new ProcessFacts(session, row)
      return this.#services.flatMap((service, place) =>
        this.#fits(service, this.#patterns[place], facts, timeMs) ? [place] : [],
      )
    } catch (error) {
      if (error instanceof NoDataError || isNotPermitted(error)) return []
      throw error
    }
  }

  #fits(
    service: ServiceSelector,
    pattern: SiteExpression | undefined,
    facts: ProcessFacts,
    timeMs: number,
  ): boolean {
    if (pattern && !pattern.test(facts.commandLine)) return false
    if (service.user !== undefined) return facts.userId === facts.idOf(service.user, timeMs)
    const byNameAlone = !pattern && !service.systemdUnit && !service.pidfile
    return !byNameAlone || facts.hasName(service.name)
  }

  #forgetEnded(): void {
    for (const [pid, record] of this.#records) {
      if (record.lastRun !== this.#run) this.#records.delete(pid)
    }
  }
}

function refuseTwice(services: readonly ServiceSelector[]): void {
  const names = services.map(({ name }) => name)
  const twice = names.find((name, place) => names.indexOf(name) !== place)
  if (twice !== undefined)
    throw new ProbeError('BAD_NAME', {
      zh: `有两个服务都名为 ${twice}`,
      en: `two services are called ${twice}`,
    })
}

/** Reads what a process says of itself at most once, and only if a service asks for it. */
class ProcessFacts {
  readonly row: ProcessRow
  readonly #session: Readers
  #commandLine: string | undefined
  #userId: number | undefined

  constructor(session: Readers, row: ProcessRow) {
    this.#session = session
    this.row = row
  }

  get commandLine(): string {
    this.#commandLine ??= this.#session.processDetails.readCommandLine(this.row.pid)
    return this.#commandLine
  }

  /**
   * By the kernel's name (of which it keeps 15 bytes) or by the first word of the command line, without
   * its path and the colon of titles such as `nginx: master process`: Node's kernel name is MainThread.
   */
  hasName(name: string): boolean {
    const kernelName = this.row.name
    if (kernelName === name) return true
    if (kernelName.length === 15 && name.startsWith(kernelName)) return true
    return /^(?:\S*\/)?([^\s/]+?):?(?:\s|$)/.exec(this.commandLine)?.[1] === name
  }

  get userId(): number {
    this.#userId ??= this.#session.processDetails.readUserId(this.row.pid)
    return this.#userId
  }

  idOf(user: string, timeMs: number): number | undefined {
    return this.#session.users.idOf(user, timeMs)
  }
}

/** Neither a thread of the kernel (a child of kthreadd, without memory) nor what only waits to be buried. */
function isProgram(row: ProcessRow): boolean {
  if (row.state === 'Z' || row.state === 'X') return false
  return row.residentPages > 0 || (row.parentPid !== 2 && row.pid !== 2)
}

function isNotPermitted(error: unknown): boolean {
  return error instanceof ProbeError && error.code === 'NOT_PERMITTED'
}
