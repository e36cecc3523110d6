import type { logwatch, logwatchValue } from '../../measurements/logwatch.ts'
import type { Emit } from '../../probe.ts'
import { SEVERITIES, type LogRule } from './log-rule.ts'
import { RuleCounts, type Matches, type ValueMatches } from './rule-counts.ts'
import type { FollowedLog } from './watch-log.ts'

/** Gives the measurement `logwatch` of one log; returns the values of the groups that its rules count. */
export function emitLogwatch(
  emit: Emit<{ readonly logwatch: typeof logwatch }>,
  follower: FollowedLog,
  rules: readonly LogRule[],
  { instance, timeMs }: { readonly instance: string; readonly timeMs: number },
): readonly ValueMatches[] {
  const { label: file, totals, lagBytes } = follower
  const counts = new RuleCounts(follower.counts)
  const found = counts.read(timeMs)
  for (const rule of rules) {
    const matches = found.of(rule)
    const { total, recent } = matches
    const fields = { matches_total: total, matches_10m: recent, alarm: alarmOf(rule, matches) }
    emit('logwatch', { file, rule: rule.name, instance }, fields)
  }
  emit(
    'logwatch',
    { file, rule: '', instance },
    {
      lag_bytes: lagBytes,
      lines_total: totals.lines,
      cut_lines_total: totals.cutLines,
      lost_files_total: totals.lostFiles,
      events_left_out_total: counts.leftOut,
    },
  )
  return found.values.filter((value) =>
    rules.some(({ name, counted }) => name === value.rule && counted?.includes(value.group)),
  )
}

/** Gives the measurement `logwatch_value`. */
export function emitValues(
  emit: Emit<{ readonly logwatch_value: typeof logwatchValue }>,
  values: readonly ValueMatches[],
  tags: { readonly file: string; readonly instance: string },
): void {
  for (const { rule, group, value, total, recent } of values) {
    const fields = { matches_total: total, matches_10m: recent }
    emit('logwatch_value', { ...tags, rule, group, value }, fields)
  }
}

function alarmOf({ atLeast = 1, severity }: LogRule, { recent }: Matches): number {
  return recent >= atLeast ? SEVERITIES.indexOf(severity) + 1 : 0
}
