import { describe, expect, test } from 'vitest'
import { ABSENCE, problemsOf, ruleText } from './testing/rule-problems.ts'

/** A value of states 0 to 5, in the place of the CPU's. */
const SERVICE = { value: 'systemd_units.active_code', where: '{}', unit: undefined }

test('what belongs to another kind of rule is refused in a rule about a value', () => {
  expect(problemsOf(ruleText({ warning: '{above: 85, window: 5m}' }))).toEqual([
    'warning.window@0: window is for event rules only',
  ])
})

describe('a rule is refused for', () => {
  test.each([
    {
      note: 'an unknown measurement',
      changes: { value: '100 - cpuu.usage_idle' },
      problem: 'value@6: unknown measurement "cpuu" (cpu?)',
    },
    {
      note: 'an unknown field',
      changes: { value: '100 - cpu.usage_idel' },
      problem: 'value@10: "cpu" has no field "usage_idel" (usage_idle?)',
    },
    {
      note: 'a field that needs quotes',
      changes: { value: 'linux_sysctl_fs.file', where: '{}', unit: undefined },
      problem: `value@16: "linux_sysctl_fs" has no field "file" ('file-nr'?)`,
    },
    {
      note: 'fields of two measurements',
      changes: { value: 'cpu.usage_idle - mem.used_percent' },
      problem: `value@17: "mem" is not this rule's measurement`,
    },
    {
      note: 'a value without a field',
      changes: { value: '5 * 3' },
      problem: 'value@2: no field is read',
    },
    {
      note: 'different units added',
      changes: { value: 'mem.used + mem.used_percent', where: '{}' },
      problem: 'value@9: the two sides of "+" have different units: bytes and percent',
    },
    {
      note: "another unit than the field's",
      changes: { value: 'mem.used', where: '{}' },
      problem: `value@0: this value's unit is bytes`,
    },
    {
      note: 'a unit that is needed and not given',
      changes: { value: 'system.load5 / system.n_cpus', where: '{}', unit: undefined },
      problem: `value@0: this value's unit is not known`,
    },
    {
      note: 'an unknown tag',
      changes: { where: '{cpuu: cpu-total}' },
      problem: 'where.cpuu@0: "cpu" has no tag "cpuu" (cpu?)',
    },
    {
      note: 'a regular expression that is none',
      changes: { where: '{cpu: "~(cpu"}' },
      problem: expect.stringMatching(/^where\.cpu@1: can't be read/),
    },
    {
      note: 'a regular expression that back-tracks',
      changes: { where: '{cpu: ["!cpu0", "!~(a+)+"]}' },
      problem: 'where.cpu@2: back-tracks',
    },
    {
      note: 'a threshold that can not be crossed',
      changes: { value: 'cpu.usage_iowait', warning: '{above: 100}' },
      problem: 'warning.above@0: this condition can never hold',
    },
    {
      note: 'a function that there is not',
      changes: { value: 'averag(cpu.usage_idle, 10m)' },
      problem: 'value@0: unknown function "averag"',
    },
    {
      note: 'a rate of what is no counter',
      changes: { value: '100 - rate(cpu.usage_idle)' },
      problem: `value@11: rate can't be of "usage_idle", which is a gauge`,
    },
    {
      note: 'an average of a counter',
      changes: { value: 'avg(net.err_in, 10m)', where: '{}', unit: undefined },
      problem: `value@4: avg can't be of "err_in", which is a counter`,
    },
    {
      note: 'an average of a state',
      changes: { value: 'avg(systemd_units.active_code, 1h)', where: '{}', unit: undefined },
      problem: `value@4: avg can't be of "active_code", which is a state`,
    },
    {
      note: 'a window that is too short for its samples',
      changes: { value: 'avg(cpu.usage_idle, 15s)' },
      problem: 'value@0: the window of avg is 15 s, of a field that comes every 60 s',
    },
    {
      note: 'a window that is too short for a field that comes seldom',
      changes: { value: 'delta(pg_database.size_bytes, 15m)', where: '{}', unit: undefined },
      problem: 'value@0: the window of delta is 900 s, of a field that comes every 600 s',
    },
    {
      note: 'a window that is too long',
      changes: { value: 'max(cpu.usage_idle, 32d)' },
      problem: 'value@0: the window of max is 2764800 s, of a field that comes every 60 s',
    },
    {
      note: "a unit that is not the rate's",
      changes: { value: 'rate(net.bytes_recv)', where: '{}' },
      problem: `value@0: this value's unit is bytes_per_second`,
    },
    {
      note: 'a rate without a unit',
      changes: { value: 'rate(diskio.io_time)', where: '{}', unit: undefined },
      problem: `value@0: this value's unit is not known`,
    },
    {
      note: 'a limit of another unit',
      changes: { value: 'timeTo(disk.used, 95%, 24h)', where: '{}', unit: 'seconds' },
      problem: 'value@18: what is to be reached is in percent, "used" in bytes',
    },
    {
      note: 'a limit field of another unit',
      changes: { value: 'timeTo(disk.used, disk.used_percent, 24h)', where: '{}', unit: 'seconds' },
      problem: 'value@18: what is to be reached is in percent, "used" in bytes',
    },
    {
      note: 'a limit that is never reached',
      changes: { value: 'timeTo(disk.used_percent, 101, 24h)', where: '{}', unit: 'seconds' },
      problem: 'value@26: "used_percent" can never reach this',
    },
    {
      note: 'a trend that is to have a point or two',
      changes: { value: 'timeTo(disk.used, disk.total, 5m)', where: '{}', unit: 'seconds' },
      problem: expect.stringMatching(/^value@0: the window of timeTo is 300 s/),
    },
    {
      note: 'a rate that is to be negative',
      changes: {
        value: 'rate(net.err_in)',
        where: '{}',
        unit: undefined,
        warning: '{below: 0}',
      },
      problem: 'warning.below@0: this condition can never hold',
    },
    {
      note: 'a share that is to change by more than all of it',
      changes: { value: 'delta(cpu.usage_idle, 1h)', warning: '{above: 100}' },
      problem: 'warning.above@0: this condition can never hold',
    },
    {
      note: 'a crossing in more years than are told',
      changes: {
        value: 'timeTo(disk.used, disk.total, 24h)',
        where: '{}',
        unit: undefined,
        warning: '{above: 4000d}',
      },
      problem: 'warning.above@0: this condition can never hold',
    },
    {
      note: 'a function of another measurement in a condition',
      changes: { warning: '{above: 85, and: "avg(mem.used, 10m) > 3"}' },
      problem: `warning.and@4: "mem" is not this rule's measurement`,
    },
    {
      note: 'a function in a text that is none',
      changes: { summary: '{zh: "x {{averag(cpu.usage_idle, 1h)}}", en: x}' },
      problem: 'summary.zh@4: unknown function "averag"',
    },
    {
      note: 'a function in a text that is wrong',
      changes: { summary: '{zh: x, en: "{{ rate(cpu.usage_idle) }}"}' },
      problem: `summary.en@8: rate can't be of "usage_idle", which is a gauge`,
    },
    {
      note: 'arithmetic in a text',
      changes: { summary: '{zh: x, en: "{{avg(cpu.usage_idle, 1h) * 2}}"}' },
      problem: 'summary.en@26: only a field or a function can stand here',
    },
    {
      note: 'a function in a text that has no unit',
      changes: {
        value: 'diskio.io_util',
        where: '{}',
        summary: '{zh: x, en: "{{rate(diskio.io_time)}}"}',
      },
      problem: 'summary.en@2: what rate gives has no unit in which to show it',
    },
    {
      note: 'a state that is not declared',
      changes: {
        value: 'systemd_units.active_code',
        where: '{}',
        unit: undefined,
        warning: '{equals: 9}',
      },
      problem: 'warning.equals@0: this condition can never hold',
    },
    {
      note: 'two thresholds at once',
      changes: { warning: '{above: 85, below: 3}' },
      problem: 'warning@0: there are 2 thresholds',
    },
    {
      note: 'no threshold',
      changes: { warning: '{for: 1m}' },
      problem: 'warning@0: there are 0 thresholds',
    },
    {
      note: 'no severity',
      changes: { warning: undefined },
      problem: '@0: there is no severity',
    },
    {
      note: 'a warning beyond critical',
      changes: { critical: '{above: 80}' },
      problem: 'critical@0: warning / critical: the milder one is at or beyond the severer one',
    },
    {
      note: 'a warning that is the same as critical',
      changes: { critical: '{above: 85}' },
      problem: 'critical@0: warning / critical: the milder one is at or beyond the severer one',
    },
    {
      note: 'severities in different directions',
      changes: { critical: '{below: 95}' },
      problem: 'critical@0: warning / critical: the milder one is at or beyond the severer one',
    },
    {
      note: 'a clear on the same side',
      changes: { warning: '{above: 85, clear: {above: 75}}' },
      problem: 'warning.clear@0: clear is not on the other side of the condition',
    },
    {
      note: 'a clear that the condition itself fulfils',
      changes: { warning: '{above: 85, clear: {below: 90}}' },
      problem: `warning.clear.below@0: this clear can't hold: the condition still holds there`,
    },
    {
      note: 'a clear below what there is',
      changes: { value: 'cpu.usage_iowait', warning: '{above: 85, clear: {below: 0}}' },
      problem: `warning.clear.below@0: this clear can't hold: no value ever gets there`,
    },
    {
      note: 'a list of states that are not declared',
      changes: { ...SERVICE, warning: '{in: [3, 9]}' },
      problem: 'warning.in.1@0: state 9 is not declared',
    },
    {
      note: 'states of a value that has none',
      changes: { warning: '{in: [3]}' },
      problem: 'warning.in@0: this value has no declared states',
    },
    {
      note: 'every state in a list',
      changes: { ...SERVICE, warning: '{in: [0, 1, 2, 3, 4, 5]}' },
      problem: 'warning.in@0: this condition always holds',
    },
    {
      note: 'none of all states',
      changes: { ...SERVICE, warning: '{notIn: [0, 1, 2, 3, 4, 5]}' },
      problem: 'warning.notIn@0: this condition can never hold',
    },
    {
      note: 'a list of states beside a number',
      changes: { ...SERVICE, warning: '{in: [3], above: 4}' },
      problem: 'warning@0: there are 2 thresholds',
    },
    {
      note: 'a clear with a number for states',
      changes: { ...SERVICE, warning: '{notIn: [0], clear: {below: 1}}' },
      problem:
        'warning.clear.below@0: the condition has no sides (in, notIn, equals, notEquals): clear can have no number',
    },
    {
      note: 'a warning whose states are all critical',
      changes: { ...SERVICE, warning: '{in: [3]}', critical: '{notIn: [0, 1, 2]}' },
      problem: expect.stringMatching(
        /^critical@0: warning \/ critical: wherever the milder one holds/,
      ),
    },
    {
      note: 'a warning whose number is a state that is critical',
      changes: { ...SERVICE, warning: '{above: 3}', critical: '{in: [4, 5]}' },
      problem: expect.stringMatching(
        /^critical@0: warning \/ critical: wherever the milder one holds/,
      ),
    },
    {
      note: 'the same number in warning and critical',
      changes: { warning: '{equals: 3}', critical: '{notEquals: 4}' },
      problem: expect.stringMatching(
        /^critical@0: warning \/ critical: wherever the milder one holds/,
      ),
    },
    {
      note: 'more samples than are looked at',
      changes: { warning: '{above: 85, samples: {need: 4, of: 3}}' },
      problem:
        'warning.samples.need@0: more samples are needed than are looked at: it can never hold',
    },
    {
      note: 'samples beside a time',
      changes: { warning: '{above: 85, for: 1m, samples: {need: 2, of: 3}}' },
      problem: "warning.samples@0: samples doesn't go with for",
    },
    {
      note: 'a threshold in another unit',
      changes: { warning: '{above: 20GB}' },
      problem: `warning.above@0: "20GB" is of another unit than the rule's value (percent)`,
    },
    {
      note: 'a condition on another measurement',
      changes: { warning: '{above: 85, and: mem.free < 2GB}' },
      problem: `warning.and@0: "mem" is not this rule's measurement`,
    },
    {
      note: 'a joined condition that can never hold',
      changes: { warning: '{above: 85, or: cpu.usage_idle > 3 and cpu.usage_user > 100}' },
      problem: 'warning.or@38: this comparison can never be true',
    },
    {
      note: 'units compared with others',
      changes: {
        value: 'disk.used_percent',
        where: '{}',
        warning: '{above: 85, and: disk.free < 85%}',
      },
      problem: 'warning.and@10: the two sides of "<" have different units: bytes and percent',
    },
    {
      note: 'an unknown name in the summary',
      changes: { summary: '{zh: "在 {{hots}}", en: x}' },
      problem: 'summary.zh@4: unknown name "hots" in the template (host?)',
    },
    {
      note: 'braces that do not pair',
      changes: { summary: '{zh: x, en: "at {{host"}' },
      problem: `summary.en@3: "{{" and "}}" don't pair`,
    },
    {
      note: 'an override for everything',
      changes: { overrides: '[{where: {}, off: true}]' },
      problem: 'overrides.0.where@0: this override is for everything',
    },
    {
      note: 'an override that changes nothing',
      changes: { overrides: '[{where: {host: db1}}]' },
      problem: 'overrides.0@0: this override changes nothing',
    },
    {
      note: 'an override that is off and has levels',
      changes: { overrides: '[{where: {host: db1}, off: true, warning: {above: 3}}]' },
      problem: "overrides.0.off@0: off doesn't go with levels",
    },
    {
      note: 'an override for an unknown tag',
      changes: { overrides: '[{where: {cpuu: cpu0}, off: true}]' },
      problem: 'overrides.0.where.cpuu@0: "cpu" has no tag "cpuu" (cpu?)',
    },
    {
      note: 'an override with a regular expression that back-tracks',
      changes: { overrides: '[{where: {host: "~(a+)+"}, off: true}]' },
      problem: 'overrides.0.where.host@1: back-tracks',
    },
    {
      note: 'an override whose warning is beyond critical',
      changes: {
        critical: '{above: 95}',
        overrides: '[{where: {host: db1}, warning: {above: 96}}]',
      },
      problem: 'critical@0: warning / critical: the milder one is at or beyond the severer one',
    },
    {
      note: 'an override that can never hold',
      changes: {
        overrides: '[{where: {host: db1}, warning: {above: 200}}]',
        value: 'cpu.usage_iowait',
      },
      problem: 'overrides.0.warning.above@0: this condition can never hold',
    },
    {
      note: 'an override by tag of a rule about agents',
      changes: {
        noData: 'agent',
        value: undefined,
        unit: undefined,
        where: '{}',
        warning: '{for: 3m}',
        overrides: '[{where: {cpu: cpu0}, off: true}]',
      },
      problem: expect.stringMatching(/^overrides\.0\.where\.cpu@0: "agent" has no tag "cpu"/),
    },
    {
      note: 'a number in a rule about agents',
      changes: {
        noData: 'agent',
        value: undefined,
        unit: undefined,
        where: '{}',
        warning: '{above: 3, for: 3m}',
      },
      problem: "warning.above@0: doesn't go with noData",
    },
    {
      note: 'a measurement of the catalogue as undeclared',
      changes: { undeclared: 'true' },
      problem: 'value@6: "cpu" is in the catalogue',
    },
    {
      note: 'an undeclared value without a unit',
      changes: { value: 'ups.load', where: '{}', unit: undefined, undeclared: 'true' },
      problem: "value@0: this value's unit is not known",
    },
    {
      note: 'an undeclared value beside another measurement',
      changes: { value: 'ups.load + cpu.usage_idle', where: '{}', undeclared: 'true' },
      problem: `value@11: "cpu" is not this rule's measurement`,
    },
    {
      note: 'a field of another measurement in the text about an undeclared one',
      changes: {
        value: 'ups.load',
        where: '{}',
        undeclared: 'true',
        summary: '{zh: "{{cpu.usage_idle}}", en: x}',
      },
      problem: 'summary.zh@2: unknown name "cpu.usage_idle" in the template',
    },
    {
      note: 'heartbeats of a value',
      changes: { warning: '{above: 85, clear: {heartbeats: 2}}' },
      problem: 'warning.clear.heartbeats@0: heartbeats is for noData rules only',
    },
    {
      note: 'what ping says of a value',
      changes: { warning: '{above: 85, ping: [lost]}' },
      problem: 'warning.ping@0: ping is for noData rules only',
    },
    {
      note: 'texts for what ping says of a value',
      changes: { whenPing: '{lost: {name: {zh: x, en: x}, summary: {zh: x, en: x}}}' },
      problem: 'whenPing@0: whenPing is for noData rules only',
    },
    {
      note: 'an unknown name in a text for what ping says',
      changes: {
        noData: 'agent',
        value: undefined,
        unit: undefined,
        where: '{}',
        warning: '{for: 3m}',
        whenPing: '{lost: {name: {zh: x, en: x}, summary: {zh: "在 {{hots}}", en: x}}}',
      },
      problem: 'whenPing.lost.summary.zh@4: unknown name "hots" in the template (host?)',
    },
    {
      note: 'ping of what is no host',
      changes: {
        noData: 'collector',
        value: undefined,
        unit: undefined,
        where: '{}',
        warning: '{for: 3m, ping: [lost]}',
      },
      problem: 'warning.ping@0: only the hosts of agents are pinged',
    },
    {
      note: 'neither value nor noData nor event',
      changes: { value: undefined },
      problem: '@0: there is neither value nor noData nor event nor finding',
    },
    {
      note: 'noData with a value',
      changes: { noData: 'agent', unit: undefined, where: '{}', warning: '{for: 3m}' },
      problem: "value@0: doesn't go with noData",
    },
    {
      note: 'noData without time',
      changes: { noData: 'agent', value: undefined, unit: undefined, where: '{}', warning: '{}' },
      problem: 'warning.for@0: noData needs a length of time',
    },
  ])('$note', ({ changes, problem }) => {
    expect(problemsOf(ruleText(changes))).toEqual([problem])
  })

  test('an id that another file has taken', () => {
    expect(problemsOf(ruleText({}), ruleText({}))).toEqual([
      'id@0: rule "cpu_used" is already defined in 0.yaml',
    ])
  })
})

describe('a rule is accepted', () => {
  test.each([
    { note: 'as it is', changes: {} },
    { note: 'with a unit in its threshold', changes: { warning: '{above: 85%}' } },
    {
      note: 'with a time in its threshold',
      changes: {
        value: 'system.uptime',
        where: '{}',
        unit: undefined,
        info: '{below: 10m}',
        warning: undefined,
      },
    },
    {
      note: 'with a stricter comparison as the severer one',
      changes: { warning: '{atLeast: 85}', critical: '{above: 85}' },
    },
    {
      note: 'with a clear at its own number',
      changes: { warning: '{above: 85, clear: {atMost: 85}}' },
    },
    {
      note: 'with a percentage that may pass 100',
      changes: { value: 'procstat.cpu_usage', where: '{}', warning: '{above: 250}' },
    },
    {
      note: 'with states that it left, and others that are worse',
      changes: { ...SERVICE, warning: '{notIn: [0, 3]}', critical: '{in: [3]}' },
    },
    {
      note: 'with a state that is critical when it lasts',
      changes: { ...SERVICE, warning: '{in: [3]}', critical: '{in: [3], for: 1h}' },
    },
    {
      note: 'with n of m samples, kept for a time',
      changes: { warning: '{above: 85, samples: {need: 3, of: 32}}', keepFiringFor: '30m' },
    },
    {
      note: 'of what is in no catalogue, with any tag, field and function',
      changes: {
        value: 'ups.load',
        where: '{unit: "!test"}',
        undeclared: 'true',
        warning: '{above: 85, and: ups.voltage < 200 and rate(ups.events) > 1}',
        summary: '{zh: "{{unit}} {{ups.voltage}}", en: "{{serial}} {{value}}"}',
      },
    },
    {
      note: 'with a window that holds samples of its own field, whatever else the measurement has',
      changes: {
        value: 'increase(pg_database.deadlocks_total, 5m)',
        where: '{}',
        unit: undefined,
        warning: '{above: 25}',
      },
    },
    {
      note: 'about a missing field that comes oftener than others of its measurement',
      changes: { ...ABSENCE, noData: 'pg_database.backends', where: '{}', warning: '{for: 90s}' },
    },
    {
      note: 'with subject tags in where',
      changes: { where: '{host: "~^db", project: "!test", cpu: cpu-total}' },
    },
  ])('$note', ({ changes }) => {
    expect(problemsOf(ruleText(changes))).toEqual([])
  })
})
