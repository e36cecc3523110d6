import { hasExpression } from '../option-check.ts'
import type { SourceReference } from '../probe.ts'
import type { OptionProblem, Session, Source, SourceContext } from '../source.ts'
import { loadRe2 } from './re2-engine.ts'
import { findSnmpProblems } from './snmp/find-snmp-problems.ts'
import { toMeasurements, toSiteMetrics } from './snmp/site-metrics.ts'
import { SNMP_OPTIONS } from './snmp/snmp-options.ts'
import type { SnmpPoll } from './snmp/snmp-session.ts'

/** For `source:` of a probe. */
export const snmp: SourceReference<SnmpPoll> = { type: 'snmp' }

/** A device or host that runs no agent, polled by SNMP v1, v2c or v3: it is only read (GET, GETNEXT, GETBULK). */
export const snmpSource: Source<SnmpPoll> = {
  type: 'snmp',
  platforms: ['linux', 'darwin', 'win32'],
  connects: true,
  options: SNMP_OPTIONS,
  required: ['subject', 'connect'],
  declares: (options) => toMeasurements(toSiteMetrics(options)),
  check: (options): readonly OptionProblem[] => findSnmpProblems(options),
  async open(context: SourceContext): Promise<Session<SnmpPoll>> {
    if (hasExpression(SNMP_OPTIONS, context.options)) await loadRe2()
    const { openSnmp } = await import('./snmp/open-snmp.ts')
    return openSnmp(context)
  },
}
