import pino, { type DestinationStream, type Logger, type LevelWithSilent } from 'pino'

export type { Logger } from 'pino'

export const LOG_LEVELS = [
  'trace',
  'debug',
  'info',
  'warn',
  'error',
  'fatal',
  'silent',
] as const satisfies readonly LevelWithSilent[]

const REDACTED_KEYS = [
  'password',
  'token',
  'secret',
  'authorization',
  'cookie',
  'apiKey',
  'privateKey',
]

/** JSON lines to stdout (journald keeps them), no transport; secrets are redacted two levels deep by the names of their keys. */
export function openLog(options: {
  readonly name: string
  readonly level?: LevelWithSilent
  readonly destination?: DestinationStream
}): Logger {
  const paths = REDACTED_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`])
  return pino(
    {
      name: options.name,
      level: options.level ?? 'info',
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths, censor: '<secret>' },
      formatters: { level: (label) => ({ level: label }) },
    },
    options.destination ?? pino.destination({ fd: 1, sync: true }),
  )
}
