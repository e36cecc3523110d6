import type { LocalizedText } from '@wardround/protocol'
import { NoDataError, ProbeError } from '../../probe.ts'
import type { CommandOutcome, CommandRunner } from '../commands.ts'
import { journalArguments, type JournalChoice } from './journal-command.ts'
import { parseJournalLine, type JournalEntry } from './parse-journal.ts'

/** What one run of journalctl gave. */
export interface JournalPage {
  readonly entries: readonly JournalEntry[]
  /** Bytes of output. */
  readonly bytes: number
  /** There is more than was read. */
  readonly hasMore: boolean
  /** What this account is not shown. */
  readonly remark: LocalizedText | undefined
}

/** Of the output of one run. */
const MAX_BYTES = 4 * 1_048_576
const DEADLINE_MS = 20_000

/** Runs journalctl. */
export class JournalReader {
  readonly #commands: CommandRunner
  readonly #program: string
  readonly #choice: JournalChoice
  /** Before systemd 236 there is no --output-fields. */
  #choosesFields = true

  constructor(commands: CommandRunner, program: string, choice: JournalChoice) {
    this.#commands = commands
    this.#program = program
    this.#choice = choice
  }

  /**
   * Entries by the arguments that say where to begin.
   * @throws NoDataError without journalctl, or without a journal
   * @throws ProbeError NOT_PERMITTED, UNREADABLE, and as Commands does
   */
  async read(from: readonly string[], signal: AbortSignal): Promise<JournalPage> {
    const outcome = await this.#run(from, signal)
    if (outcome.exitCode !== 0 && outcome.isCut !== true && this.#lacksFields(outcome)) {
      this.#choosesFields = false
      return this.read(from, signal)
    }
    if (outcome.exitCode !== 0 && outcome.isCut !== true) throw toFailure(this.#program, outcome)
    return toPage(outcome)
  }

  #lacksFields({ stderr }: CommandOutcome): boolean {
    return this.#choosesFields && /output-fields/.test(stderr)
  }

  #run(from: readonly string[], signal: AbortSignal): Promise<CommandOutcome> {
    const choosesFields = this.#choosesFields
    const args = [...journalArguments(this.#choice, { choosesFields }), ...from]
    const limits = { deadlineMs: DEADLINE_MS, maxBytes: MAX_BYTES, keepsBeginning: true, signal }
    return this.#commands.run(this.#program, args, limits)
  }
}

function toPage({ stdout, stderr, isCut = false }: CommandOutcome): JournalPage {
  // What is behind the last line's end was cut off.
  const lines = stdout.split('\n').slice(0, -1)
  const entries = lines.flatMap((line) => parseJournalLine(line) ?? [])
  return { entries, bytes: stdout.length, hasMore: isCut, remark: toRemark(stderr) }
}

/** Without the group one sees one's own entries alone, which is worse than none. */
function toRemark(stderr: string): LocalizedText | undefined {
  if (!/not seeing messages from other users|insufficient permissions/i.test(stderr))
    return undefined
  return {
    zh: '无权查看其他用户和系统的 journal 日志；请以 root 执行：usermod -aG systemd-journal wardround，然后重启采集代理',
    en: 'the journal of the system is not shown to this account; as root: usermod -aG systemd-journal wardround, then restart the agent',
  }
}

function toFailure(program: string, { exitCode, stderr }: CommandOutcome): Error {
  const denied = toRemark(stderr)
  if (denied !== undefined) return new ProbeError('NOT_PERMITTED', denied)
  if (/No journal files were found/i.test(stderr))
    return new NoDataError({ zh: '本机没有 journal 日志', en: 'this host has no journal' })
  const said = stderr.trim().split('\n')[0]?.slice(0, 200) ?? ''
  return new ProbeError('UNREADABLE', {
    zh: `${program} 以 ${exitCode} 结束：${said}`,
    en: `${program} ended with ${exitCode}: ${said}`,
  })
}
