import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** One thing that is checked by running a program; it passes by exit code 0. */
export interface Check {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
}

/** What a machine can say of the sources without running them. */
export const STATIC_CHECKS: readonly Check[] = [
  {
    name: 'generated files are fresh',
    command: process.execPath,
    args: ['scripts/gen.ts', '--check'],
  },
  { name: 'types', command: 'tsc', args: ['-p', '.'] },
  { name: 'types of the page', command: 'tsc', args: ['-p', 'console'] },
  { name: 'lint', command: 'oxlint', args: ['--type-aware', '--deny-warnings'] },
  { name: 'formatting', command: 'oxfmt', args: ['--check', '.'] },
  { name: 'unused code and dependencies', command: 'knip', args: [] },
]

export interface Outcome {
  readonly name: string
  readonly passed: boolean
  readonly seconds: number
  readonly output: string
}

/** Runs a check to its end; its output is kept, not shown. */
export async function runCheck(check: Check): Promise<Outcome> {
  const startedAt = performance.now()
  const child = spawn(check.command, check.args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
  const code = await new Promise<number>((resolve) => {
    child
      .on('close', (exitCode) => resolve(exitCode ?? 1))
      .on('error', (error) => {
        chunks.push(Buffer.from(String(error)))
        resolve(127)
      })
  })
  const seconds = (performance.now() - startedAt) / 1000
  return { name: check.name, passed: code === 0, seconds, output: Buffer.concat(chunks).toString() }
}

/** One line for an outcome, and what the program printed where it failed. */
export function describeOutcome({ name, passed, seconds, output }: Outcome): string {
  const line = `${passed ? 'ok  ' : 'FAIL'} ${name} (${seconds.toFixed(1)} s)`
  return passed ? line : `${line}\n${output}`
}
