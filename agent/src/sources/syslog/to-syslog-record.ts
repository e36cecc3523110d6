import type { JsonValue } from '@wardround/protocol'
import { maskSecrets } from '../../mask-secrets.ts'
import type { LogText } from '../log/log-text.ts'
import { cutToJsonBytes } from '../receiver/cut-to-json-bytes.ts'
import type { ReceivedRecord } from '../receiver/record-intake.ts'
import { facilityName, parseSyslog, severityName, type SyslogMessage } from './parse-syslog.ts'
import { SYSLOG_RULES } from './syslog-rules.ts'

/** Of a longer record only the beginning is kept: an event takes 16 KiB as JSON. */
const MAX_TEXT_BYTES = 6_144
const MAX_JSON_BYTES = 14_000

/** The record of one message, its text whole but for secrets; undefined where there is nothing in it. */
export function toSyslogRecord(bytes: Buffer, decoder: LogText): ReceivedRecord | undefined {
  const isCut = bytes.length > MAX_TEXT_BYTES
  const text = decoder
    .decode(bytes.subarray(0, MAX_TEXT_BYTES), isCut)
    .toWellFormed()
    .replace(/[\s\0]+$/, '')
  if (text === '') return undefined
  const message = parseSyslog(text)
  return {
    body: {
      ...describe(message),
      // what is left of the whole, header and all
      text: cutToJsonBytes(maskSecrets(text).replaceAll(/\p{Cc}/gu, ' '), MAX_JSON_BYTES),
      ...(isCut ? { bytes: bytes.length } : {}),
    },
    // a device that says the same thing again gives it another time and number
    text: `${message.severity ?? ''} ${message.app ?? ''} ${message.message}`,
    rules: SYSLOG_RULES.filter((rule) => rule.matches(message)).map(({ name }) => name),
  }
}

function describe(message: SyslogMessage): Readonly<Record<string, JsonValue>> {
  const { facility, severity, time, host, app, process, id } = message
  const given = {
    facility: facility === undefined ? undefined : facilityName(facility),
    severity: severity === undefined ? undefined : severityName(severity),
    time,
    host,
    app,
    process,
    id,
  }
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}
