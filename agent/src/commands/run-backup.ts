import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { constants } from 'node:os'
import { pickText, UsageError, type CommonOptions, type Language } from '@wardround/program'
import { errorCodeOf } from '@wardround/program/error-code'
import { textOf } from '@wardround/program/running'
import { maskSecrets } from '../mask-secrets.ts'
import type { BackupReport } from '../sources/backup/parse-report.ts'
import { LastLines } from './last-lines.ts'
import { sendBackupReport } from './send-backup-report.ts'

export interface RunBackupOptions extends CommonOptions {
  readonly job: string
  /** A file that the command writes: its size is reported. */
  readonly bytesOf?: string
  /** Exit codes that warn: a file that changed while it was read. */
  readonly warningCodes?: string
}

const FORWARDED = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'] as const
/** As a shell says it. */
const NOT_FOUND = 127
const NOT_EXECUTABLE = 126
const BY_SIGNAL = 128
/** What the command started may go on holding its stderr. */
const STDERR_WAIT_MS = 1_000

/** How a command ended. */
interface Ending {
  readonly exitCode: number
  readonly message: string
}

/**
 * `backup run --job NAME -- COMMAND…`: runs it with its own input, output and signals, tells the agent when it began and how it ended, and
 * ends with its exit code. A report that can't be made stops no backup: it is said on stderr.
 */
export async function runBackup(
  command: readonly string[],
  options: RunBackupOptions,
  language: Language,
): Promise<void> {
  const warningCodes = codesOf(options.warningCodes, language)
  const say = openStderr()
  const startMs = Date.now()
  const id = `run-${startMs}-${randomBytes(4).toString('hex')}`
  const said = new Set<string>()
  const tell = async (report: BackupReport) => {
    const problem = await tellAgent(report, options, language)
    if (problem === undefined || said.has(problem)) return
    said.add(problem)
    say(`${problem}\n`)
  }
  const begun = tell({ id, status: 'running', startMs })
  const { exitCode, message } = await runCommand(command, language, say)
  process.exitCode = exitCode
  await begun
  const bytes = options.bytesOf === undefined ? undefined : await sizeOf(options.bytesOf)
  const status = exitCode === 0 ? 'ok' : warningCodes.includes(exitCode) ? 'warning' : 'failed'
  await tell({
    id,
    status,
    startMs,
    endMs: Math.max(startMs, Date.now()),
    exitCode,
    ...(bytes === undefined ? {} : { bytes }),
    ...(status === 'ok' ? {} : { message: `exit code ${exitCode}\n${message}`.trim() }),
  })
}

/** @returns why it could not be told, for a person */
async function tellAgent(
  report: BackupReport,
  options: RunBackupOptions,
  language: Language,
): Promise<string | undefined> {
  try {
    await sendBackupReport(options.job, report, options, language)
    return undefined
  } catch (error) {
    const reason = error instanceof UsageError ? error.message : pickText(textOf(error), language)
    const said = {
      zh: `wardround-agent：无法报告作业 ${options.job}：${reason}`,
      en: `wardround-agent: job ${options.job} could not be reported: ${reason}`,
    }
    return pickText(said, language)
  }
}

/** What is written when nobody reads it any more is let go: a closed terminal or log ends no backup, and no report of it. */
function openStderr(): (piece: Buffer | string) => void {
  let isOpen = true
  process.stderr.on('error', () => (isOpen = false))
  return (piece) => {
    if (isOpen) process.stderr.write(piece)
  }
}

async function runCommand(
  command: readonly string[],
  language: Language,
  say: (piece: Buffer | string) => void,
): Promise<Ending> {
  const [program = '', ...args] = command
  const child = spawn(program, args, { stdio: ['inherit', 'inherit', 'pipe'] })
  const lines = new LastLines()
  // read on to its end whatever becomes of ours, or the command would wait for ever
  child.stderr.on('data', (piece: Buffer) => {
    lines.add(piece)
    say(piece)
  })
  const unhook = forwardSignals(child)
  try {
    const exitCode = await endOf(child)
    return { exitCode, message: maskSecrets(lines.text()) }
  } catch (error) {
    const said = pickText(textOf(error), language)
    say(`${program}: ${said}\n`)
    const isAbsent = errorCodeOf(error) === 'ENOENT'
    return { exitCode: isAbsent ? NOT_FOUND : NOT_EXECUTABLE, message: said }
  } finally {
    unhook()
  }
}

/** @returns the exit code, of one that a signal ended as a shell gives it. @throws what kept it from starting */
async function endOf(child: ChildProcess): Promise<number> {
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject).once('exit', (code, signal) => {
      resolve(code ?? BY_SIGNAL + (signal === null ? 0 : constants.signals[signal]))
    })
  })
  let timer: NodeJS.Timeout | undefined
  const waited = new Promise<void>((resolve) => (timer = setTimeout(resolve, STDERR_WAIT_MS)))
  await Promise.race([closed, waited])
  clearTimeout(timer)
  child.stderr?.destroy()
  return exitCode
}

function forwardSignals(child: ChildProcess): () => void {
  const handlers = FORWARDED.map((signal) => {
    const forward = () => void child.kill(signal)
    process.on(signal, forward)
    return () => process.off(signal, forward)
  })
  return () => {
    for (const unhook of handlers) unhook()
  }
}

async function sizeOf(file: string): Promise<number | undefined> {
  const found = await stat(file).catch(() => undefined)
  return found?.size
}

function codesOf(text: string | undefined, language: Language): readonly number[] {
  const codes = (text ?? '').split(',').filter((code) => code !== '')
  if (codes.every((code) => /^[1-9]\d{0,2}$/.test(code))) return codes.map(Number)
  const message = {
    zh: `--warning-codes ${text} 无效；应为退出码，如 1,24`,
    en: `--warning-codes ${text} is no good; expected exit codes, such as 1,24`,
  }
  throw new UsageError(pickText(message, language))
}
