import { execFile, execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { formatYaml } from '@wardround/program'
import { metricSelector, quote } from '../rules/prometheus/metric-selector.ts'
import type { GeneratedSeries } from '../rules/prometheus/testing/generated-series.ts'

/** Debian's package prometheus. */
export const PROMTOOL = 'promtool'
/** Debian's package victoria-metrics. */
export const VMALERT = 'vmalert'

/** Whether one of the real programs is here. */
export function isInstalled(program: string, argument: string): boolean {
  try {
    execFileSync(program, [argument], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** One alert that Prometheus says is firing at a step. */
export interface FiringAlert {
  readonly step: number
  readonly alertname: string
  readonly host: string
  readonly severity: string
}

const FIRING = 'max by (alertname, host, severity) (ALERTS{alertstate="firing"})'

/**
 * What the real Prometheus makes of series under a rule file, evaluated at every step. promtool only compares: it is asked whether nothing fires
 * at each step, and its answer says what does.
 */
export async function firingInPrometheus(
  ruleFile: string,
  series: readonly GeneratedSeries[],
  { steps, stepSeconds }: { readonly steps: number; readonly stepSeconds: number },
): Promise<FiringAlert[]> {
  const interval = `${stepSeconds}s`
  const test = {
    interval,
    input_series: series.flatMap(toInput),
    promql_expr_test: Array.from({ length: steps }, (_, step) => ({
      expr: FIRING,
      eval_time: `${step * stepSeconds}s`,
      exp_samples: [],
    })),
  }
  const directory = await mkdtemp(join(tmpdir(), 'wardround-promtool-'))
  try {
    await writeFile(join(directory, 'rules.yml'), ruleFile)
    const tests = { rule_files: ['rules.yml'], evaluation_interval: interval, tests: [test] }
    await writeFile(join(directory, 'tests.yml'), formatYaml(tests))
    return parseFiring(await promtoolSays(join(directory, 'tests.yml')), stepSeconds)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** Late samples are not there when Prometheus judges. */
function toInput({ host, measurement, tags, fields, late }: GeneratedSeries) {
  const matchers = Object.entries({ host, ...tags }).map(
    ([name, value]) => `${name}=${quote(value)}`,
  )
  return Object.entries(fields).map(([field, values]) => ({
    series: metricSelector(`${measurement}_${field}`, matchers),
    values: values.map((value, step) => (late.has(step) ? '_' : String(value ?? '_'))).join(' '),
  }))
}

async function promtoolSays(file: string): Promise<string> {
  const options = { maxBuffer: 2 ** 28 }
  try {
    return (await promisify(execFile)(PROMTOOL, ['test', 'rules', file], options)).stdout
  } catch (error) {
    // What fires where nothing was expected ends with code 1, which is the answer here.
    if (error instanceof Error && 'stderr' in error && String(error.stderr).includes('FAILED:'))
      return String(error.stderr)
    throw error
  }
}

function parseFiring(text: string, stepSeconds: number): FiringAlert[] {
  const found: FiringAlert[] = []
  let step = 0
  for (const line of text.split('\n')) {
    const time = /, time: ((?:\d+h)?(?:\d+m)?(?:\d+s)?),/.exec(line)?.[1]
    if (time !== undefined) step = secondsOf(time) / stepSeconds
    for (const [, labels = ''] of line.matchAll(/(\{[^}]*\}) 1E\+00/g)) {
      const [alertname, host, severity] = ['alertname', 'host', 'severity'].map(
        (name) => new RegExp(`\\b${name}="([^"]*)"`).exec(labels)?.[1] ?? '',
      )
      found.push({ step, alertname: alertname ?? '', host: host ?? '', severity: severity ?? '' })
    }
  }
  return found
}

/** 1h2m3s, or a part of it. */
function secondsOf(text: string): number {
  const [, hours = '0', minutes = '0', seconds = '0'] =
    /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text) ?? []
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
}
