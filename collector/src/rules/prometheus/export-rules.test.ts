import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { checkYaml, formatYaml } from '@wardround/program'
import { CATALOGUE } from '@wardround/protocol'
import { describe, expect, onTestFinished, test } from 'vitest'
import { loadRules } from '../../configuration/read-rules.ts'
import { toCatalogue } from '../catalogue.ts'
import { compileRules } from '../compile-rules.ts'
import { RuleFile } from '../rule-schema.ts'
import { exportRules, type ExportedRules } from './export-rules.ts'
import { formatRuleFile } from './format-rule-file.ts'
import { isInstalled, PROMTOOL, VMALERT } from '../../testing/promtool.ts'

const catalogue = toCatalogue(CATALOGUE)

function exported(text: string, language: 'zh-CN' | 'en' = 'en'): ExportedRules {
  const { value } = checkYaml(RuleFile, { file: 'rules.yaml', text: `rules:\n${text}` })
  const knowledge = { catalogue, clauses: new Map(), checkRegex: () => undefined }
  const compiled = compileRules([{ file: 'rules.yaml', value }], knowledge)
  if (compiled.rules === undefined) throw new Error(JSON.stringify(compiled.problems))
  return exportRules({ ...compiled, catalogue }, language)
}

/** A rule of which only what is given matters. */
function rule(rest: string): string {
  return `  - id: one
    name: {zh: 一, en: one}
    summary: {zh: '{{value}}', en: '{{value}}'}
    own: true
${rest.replaceAll(/^/gm, '    ')}
`
}

const only = (text: string) => exported(text).groups[0]?.rules[0]

test.each([
  {
    note: 'identifying tags identify, descriptive ones are aggregated away',
    text: 'value: disk.used_percent\nwarning: {atLeast: 85, for: 90s}',
    wanted: {
      expr: 'max by (host, project, role, path, device, fstype) (disk_used_percent) >= 85',
      for: '90s',
      keep_firing_for: '5m',
    },
  },
  {
    note: 'clear with a number of its own looks at the alert itself',
    text: 'value: cpu.usage_idle\nwarning: {below: 5, clear: {above: 10, for: 0s}}',
    wanted: {
      expr: [
        '(max by (host, project, role, cpu) (cpu_usage_idle) < 5)',
        'or',
        '(max by (host, project, role, cpu) (cpu_usage_idle) <= 10)',
        'and on (host, project, role, cpu) ALERTS{alertname="one",alertstate="firing",severity="warning"}',
      ].join('\n'),
    },
  },
  {
    note: 'a name that is no identifier',
    text: "value: linux_sysctl_fs.'file-nr'\nwarning: {above: 5, clear: {samples: 1}}",
    wanted: { expr: 'max by (host, project, role) ({__name__="linux_sysctl_fs_file-nr"}) > 5' },
  },
  {
    note: 'what comes seldom is looked for over three of its intervals',
    text: 'value: oracle_asm.used_percent\nwarning: {above: 5, clear: {samples: 3}}',
    wanted: {
      expr: 'max by (host, project, role, database, diskgroup) (last_over_time(oracle_asm_used_percent[30m])) > 5',
      keep_firing_for: '20m',
    },
  },
  {
    note: 'arithmetic keeps its brackets, and dividing by nothing gives nothing',
    text: 'value: 100 × (mem.available / -mem.total)\nunit: percent\nwarning: {below: -5, clear: {for: 0s}}',
    wanted: {
      expr: '((100 * (max by (host, project, role) (mem_available) / (-max by (host, project, role) (mem_total)))) > -Inf < Inf) < -5',
    },
  },
  {
    note: 'and, or: with the value of the rule, whichever it is',
    text: 'value: pg_up.up\nwarning: {equals: 0, and: pg_up.error_code != 4, or: pg_up.error_code > 7 and 3 < pg_up.error_code, clear: {for: 0s}}',
    wanted: {
      expr: ((by: string) =>
        `((${by} (pg_up_up) == 0) and (${by} (pg_up_error_code) != 4)) or (${by} (pg_up_up) and ((${by} (pg_up_error_code) > 7) and (3 < ${by} (pg_up_error_code))))`)(
        'max by (host, project, role, instance)',
      ),
    },
  },
  {
    note: 'a point that is no more',
    text: 'noData: disk.used_percent\nwhere: {path: /u01}\nwarning: {for: 5m}',
    wanted: {
      expr: [
        '(time() - max_over_time(timestamp(max by (host, project, role, path, device, fstype) (disk_used_percent{path="/u01"}))[1d:1m]))',
        'unless max by (host, project, role, path, device, fstype) (last_over_time(disk_used_percent{path="/u01"}[5m]))',
      ].join('\n'),
      keep_firing_for: '1m',
    },
  },
  {
    note: 'any field of a point that is no more',
    text: 'noData: bond\nwarning: {for: 1m, clear: {samples: 1}}',
    wanted: {
      expr: [
        '(time() - max_over_time(timestamp(max by (host, project, role, bond) ({__name__=~"bond_status"}))[1d:1m]))',
        'unless max by (host, project, role, bond) (last_over_time({__name__=~"bond_status"}[1m]))',
      ].join('\n'),
    },
  },
  {
    note: 'states, and none of them',
    text: 'value: systemd_units.active_code\nwarning: {notIn: [0, 1], clear: {for: 0s}}',
    wanted: {
      expr: 'max by (host, project, role, name) (systemd_units_active_code) != 0 != 1',
    },
  },
])('$note', ({ text, wanted }) => {
  const { alert: _, labels, annotations, ...timing } = only(rule(text)) ?? {}
  expect(timing).toEqual(wanted)
  expect(labels).toEqual({ severity: 'warning', numbers: 'platform' })
  expect(annotations).toMatchObject({ name: 'one' })
})

test('an override is a rule of its own, for what no override before it is for', () => {
  const text = rule(
    'value: bond.status\nwarning: {equals: 0, clear: {for: 0s}}\noverrides: [{where: {host: db1}, off: true}, {where: {bond: b1}, warning: {equals: 0, for: 1m}}]',
  )
  const by = 'max by (host, project, role, bond)'
  expect(exported(text).groups[0]?.rules).toMatchObject([
    {
      expr: `(${by} (bond_status) == 0)\nunless ${by} (bond_status{host="db1"})\nunless ${by} (bond_status{bond="b1"})`,
      labels: { severity: 'warning', numbers: 'platform' },
    },
    {
      expr: `(${by} (bond_status{bond="b1"}) == 0)\nunless ${by} (bond_status{bond="b1",host="db1"})`,
      for: '1m',
      labels: { override: '2' },
    },
  ])
})

test.each([
  { written: '/u01', matcher: 'path="/u01"' },
  { written: '"!/u01"', matcher: 'path!="/u01"' },
  { written: '""', matcher: 'path=""' },
  { written: '["/a.b", "~^/c"]', matcher: String.raw`path=~"/a\\.b|(?s:.*)(?:^/c)(?s:.*)"` },
  { written: '["!/a", "!~b$"]', matcher: 'path!="/a",path!~"(?s:.*)(?:b$)(?s:.*)"' },
  {
    written: String.raw`'~(?<disk>\u4e00|\p{Script=Han})'`,
    matcher: String.raw`path=~"(?s:.*)(?:(?:\\x{4e00}|\\p{Han}))(?s:.*)"`,
  },
  { written: `'a"\\b'`, matcher: String.raw`path="a\"\\b"` },
])('where $written', ({ written, matcher }) => {
  const text = rule(`value: disk.used_percent\nwhere: {path: ${written}}\nwarning: {above: 1}`)
  expect(only(text)?.expr).toContain(`(disk_used_percent{${matcher}})`)
})

test.each([
  {
    note: 'looking ahead',
    text: `value: disk.used_percent\nwhere: {path: '~^(?!/tmp)'}\nwarning: {above: 1}`,
    says: '"(?!" of the regular expression "^(?!/tmp)" can\'t be said in RE2',
  },
  {
    note: 'a reference back',
    text: String.raw`value: disk.used_percent
where: {path: '~(a)\1'}
warning: {above: 1}`,
    says: String.raw`"\1" of the regular expression`,
  },
  {
    note: 'silence of agents',
    text: 'noData: agent\nwarning: {for: 3m}',
    says: 'a connection to the collector',
  },
  {
    note: 'events',
    text: 'event: {kind: trap}\nwarning: {atLeast: 1, window: 10m, clear: {for: 30m}}',
    says: 'events (log lines, traps, syslog)',
  },
  {
    note: 'what is found against project files',
    text: 'finding: expected_host_missing\nwarning: {}',
    says: 'found against project files',
  },
  {
    note: 'a baseline',
    text: 'value: cpu.usage_idle / baseline(cpu.usage_idle)\nunit: ratio\nwarning: {below: 0.5}',
    says: 'baseline (the median of the same hour',
  },
  {
    note: 'a metric whose tags are not known',
    text: 'value: genset.fuel\nundeclared: true\nunit: percent\nwarning: {below: 30}',
    says: 'the tags of an undeclared metric are not known',
  },
])('$note stands as a comment, with the reason', ({ text, says }) => {
  const { groups, unsaid } = exported(rule(text))
  expect(groups).toEqual([])
  expect(unsaid).toMatchObject([
    { id: 'one', reason: { en: expect.stringContaining(says) as string } },
  ])
  expect(formatRuleFile({ groups, unsaid }, 'en')).toContain(`#   one: ${unsaid[0]?.reason.en}`)
})

/** Writes a rule file for a program that reads one. */
async function ruleFile(text: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'wardround-rules-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const file = join(directory, 'rules.yml')
  await writeFile(file, text)
  return file
}

describe.each(['zh-CN', 'en'] as const)('the default pack in %s', (language) => {
  const packed = async () => {
    const loaded = await loadRules({ pack: 'full' }, catalogue)
    return formatRuleFile(exportRules({ ...loaded, catalogue }, language), language)
  }

  test.skipIf(!isInstalled(PROMTOOL, '--version'))('the real promtool accepts', async () => {
    const file = await ruleFile(await packed())
    const { stdout } = await promisify(execFile)(PROMTOOL, ['check', 'rules', file])
    expect(stdout).toMatch(/SUCCESS: \d{3} rules found/)
  })

  test.skipIf(!isInstalled(VMALERT, '-version'))(
    'the real vmalert accepts, less what it does not know yet',
    async () => {
      const text = (await packed()).replaceAll(/^ +keep_firing_for: .*\n/gm, '')
      const { status, stderr } = spawnSync(VMALERT, ['-dryRun', `-rule=${await ruleFile(text)}`], {
        encoding: 'utf8',
      })
      expect(`${status} ${stderr}`).toMatch(/^0 /)
    },
  )
})

test.skipIf(!isInstalled(PROMTOOL, '--version'))(
  'the texts say value, labels, states and other numbers of the same point',
  async () => {
    const text = rule('value: disk.used_percent\nwarning: {above: 1}').replace(
      /summary: .*/,
      "summary: {zh: '无', en: '{{host}} {{role}} {{path}} {{mode}}: {{value}}, {{disk.free}} of {{disk.total}}, {{disk.inodes_used}}'}",
    )
    const states = rule('value: systemd_units.active_code\ncritical: {equals: 3}').replace(
      'id: one',
      'id: two',
    )
    const file = formatRuleFile(exported(text + states, 'en'), 'en')
    const inputs = {
      disk_used_percent: 97.25,
      disk_free: 4.5e9,
      disk_total: 100e9,
    }
    const point = 'host="db1",role="db",path="/u01",device="a\\"b",fstype="xfs",mode="rw"'
    const series = Object.entries(inputs).map(([name, value]) => ({
      series: `${name}{${point}}`,
      values: String(value),
    }))
    series.push({ series: 'systemd_units_active_code{host="db1",name="x"}', values: '3' })
    const said = await textsInPrometheus(file, series)
    expect(said).toEqual({
      one: 'db1 db /u01 rw: 97.25%, 4.5GB of 100GB, —',
      two: 'failed',
    })
  },
)

/** What the real Prometheus makes of the texts of alerts that fire at once, by alert. */
async function textsInPrometheus(
  file: string,
  series: readonly { readonly series: string; readonly values: string }[],
): Promise<Record<string, string>> {
  const rules = await ruleFile(file)
  const asked = ['one', 'two'].map((alertname) => ({ alertname, eval_time: '0s', exp_alerts: [] }))
  const tests = {
    rule_files: [rules],
    tests: [{ interval: '10s', input_series: series, alert_rule_test: asked }],
  }
  const { stderr } = spawnSync(PROMTOOL, ['test', 'rules', await ruleFile(formatYaml(tests))], {
    encoding: 'utf8',
  })
  const said = stderr.matchAll(/Labels:\{alertname="(\w+)"[^]*?summary="((?:[^"\\]|\\.)*)"/g)
  return Object.fromEntries([...said].map(([, alert = '', text = '']) => [alert, text]))
}
