import { parseDurationMs } from '@wardround/program/running'
import type { Session, SourceContext } from '../../source.ts'
import { toQuietHours } from '../server/quiet-hours.ts'
import { DeviceLine } from './device-line.ts'
import { PolledDevice } from './polled-device.ts'
import { openLink, type OpenLink } from './snmp-link.ts'
import type { SnmpPoll } from './snmp-session.ts'
import { parseTarget } from './snmp-target.ts'
import { toSnmpSettings } from './to-snmp-settings.ts'

/** Opens the session with a device; nothing is sent before a probe asks. `open` is the network but in tests. */
export function openSnmp(context: SourceContext, open: OpenLink = openLink): Session<SnmpPoll> {
  const { options, clocks } = context
  const subject = String(options['subject'])
  const connect = String(options['connect'])
  const line = new DeviceLine(
    {
      target: parseTarget(connect) ?? { host: connect, port: 161 },
      device: connect === subject ? subject : `${subject} (${connect})`,
      timeoutMs: parseDurationMs(String(options['timeout'])),
      retries: Number(options['retries']),
      budgetMs: parseDurationMs(String(options['budget'])),
      quietHours: toQuietHours(options['quietHours']),
    },
    context,
    open,
  )
  const device = new PolledDevice(line, {
    subject,
    keeping: context,
    kind: options['version'] === 'v1' ? 'next' : 'bulk',
    maxRepetitions: Number(options['maxRepetitions']),
    settings: toSnmpSettings(options),
    clocks,
    onDevice: (description) => context.standing.noteServer(description),
  })
  return {
    session: device,
    subject,
    cut: () => line.cut(),
    resume: () => line.resume(),
    async [Symbol.asyncDispose]() {
      line.close()
    },
  }
}
