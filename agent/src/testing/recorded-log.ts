import { openLog, type Logger } from '@wardround/program'

export interface LogLine {
  readonly level: string
  readonly msg: string
  readonly [field: string]: unknown
}

/** The product's log, kept in memory: every line that it wrote, parsed. */
export function openRecordedLog(level: 'debug' | 'info' = 'debug'): {
  readonly log: Logger
  readonly lines: LogLine[]
} {
  const lines: LogLine[] = []
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) }
  return { log: openLog({ name: 'wardround-agent', level, destination }), lines }
}
