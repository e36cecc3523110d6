import { checkYaml } from '@wardround/program'
import { compileRules } from '../compile-rules.ts'
import { RuleFile } from '../rule-schema.ts'
import { catalogue } from './rules-from-yaml.ts'

/** A rule that is right, with lines put in the place of its own by key. */
export function ruleText(changes: Readonly<Record<string, string | undefined>>): string {
  const lines: Record<string, string | undefined> = {
    id: 'cpu_used',
    name: '{zh: CPU, en: CPU}',
    value: '100 - cpu.usage_idle',
    where: '{cpu: cpu-total}',
    unit: 'percent',
    warning: '{above: 85, for: 10m}',
    summary: '{zh: "{{value}}", en: "{{value}}"}',
    ...changes,
  }
  const written = Object.entries(lines).filter(([, value]) => value !== undefined)
  return `rules:\n  - ${written.map(([key, value]) => `${key}: ${value}`).join('\n    ')}\n`
}

/** A rule about missing points that is right. */
export const ABSENCE = {
  value: undefined,
  unit: undefined,
  noData: 'disk',
  where: '{fstype: xfs}',
  warning: '{for: 5m}',
}
/** A rule about events that is right. */
export const EVENT = {
  value: undefined,
  unit: undefined,
  where: undefined,
  event: '{kind: trap, where: {rules: sensor_fault}}',
  warning: '{atLeast: 1, window: 10m}',
}

/** What is wrong with rule files, in English: path@offset: problem. */
export function problemsOf(...texts: readonly string[]): string[] {
  const sources = texts.map((text, index) => {
    const file = `${index}.yaml`
    return { file, value: checkYaml(RuleFile, { file, text }).value }
  })
  const checkRegex = (source: string) =>
    source === '(a+)+' ? { zh: '', en: 'back-tracks' } : undefined
  return compileRules(sources, { catalogue, clauses: new Map(), checkRegex }).problems.map(
    ({ path, at, what, suggestion }) =>
      `${path.slice(2).join('.')}@${at}: ${what.en}${suggestion === undefined ? '' : ` (${suggestion}?)`}`,
  )
}
