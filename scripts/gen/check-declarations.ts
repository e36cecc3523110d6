import {
  UNITS,
  type FieldDeclaration,
  type LocalizedText,
  type MeasurementDeclaration,
  type ProbeDeclaration,
} from '@wardround/protocol'
import type { FoundProbe } from './found-probe.ts'
import { toDeclaration } from './declaration.ts'

const PROBE_NAME = /^[a-z][a-z0-9]*\.[a-z][a-z0-9-]*$/
const MEASUREMENT_NAME = /^[a-z][a-z0-9_]*$/
/** Telegraf's names have capitals (TcpExtListenDrops, ActivityState), and hyphens in fields (file-nr). */
const TAG_NAME = /^[A-Za-z][A-Za-z0-9_]*$/
const FIELD_NAME = /^[A-Za-z][A-Za-z0-9_-]*$/
/** The collector stamps these. */
const STAMPED_TAGS = ['host', 'project', 'role', 'device_host']

/** What is wrong with the probes that were found: one line each, beginning with the file. Empty if nothing is. */
export function checkProbes(found: readonly FoundProbe[], sources: readonly string[]): string[] {
  const problems = found.flatMap(({ file, hasTest, probe }) => {
    const lines = checkDeclaration(toDeclaration(probe), sources)
    const expected = file
      .replace(/^probes\//, '')
      .replace(/\.ts$/, '')
      .replaceAll('/', '.')
    if (probe.name !== expected) lines.push(`name is ${probe.name}; its place asks for ${expected}`)
    if (!hasTest) lines.push('has no test beside it')
    return lines.map((line) => `${file}: ${line}`)
  })
  return [...problems, ...checkUniqueness(found.map(({ probe }) => toDeclaration(probe)))]
}

export function checkDeclaration(probe: ProbeDeclaration, sources: readonly string[]): string[] {
  const problems: string[] = []
  if (!PROBE_NAME.test(probe.name)) problems.push(`name ${probe.name} is not source.subject`)
  if (!sources.includes(probe.source)) problems.push(`source ${probe.source} is not there`)
  if (probe.platforms.length === 0) problems.push('platforms is empty')
  if (!Number.isInteger(probe.everySeconds) || probe.everySeconds < 1) {
    problems.push(`everySeconds ${probe.everySeconds} is no whole number from 1`)
  }
  for (const [name, text] of [
    ['reads', probe.reads],
    ['needs', probe.needs],
  ] as const) {
    if (text === '') problems.push(`${name} is empty`)
    if (typeof text !== 'string') problems.push(...checkText(text, name))
  }
  problems.push(...checkText(probe.help, 'help'))
  for (const [name, measurement] of Object.entries(probe.measurements)) {
    problems.push(...checkMeasurement(name, measurement).map((line) => `${name}: ${line}`))
  }
  return problems
}

function checkMeasurement(name: string, measurement: MeasurementDeclaration): string[] {
  const problems: string[] = []
  if (!MEASUREMENT_NAME.test(name)) problems.push('the name is not snake_case')
  const tags = [...measurement.identifyingTags, ...(measurement.descriptiveTags ?? [])]
  for (const [index, tag] of tags.entries()) {
    if (!TAG_NAME.test(tag)) problems.push(`tag ${tag} is no identifier`)
    if (STAMPED_TAGS.includes(tag)) problems.push(`tag ${tag} is stamped by the collector`)
    if (tags.indexOf(tag) !== index) problems.push(`tag ${tag} stands there twice`)
    if (tag in measurement.fields) problems.push(`${tag} is tag and field`)
  }
  const fields = Object.entries(measurement.fields)
  if (fields.length === 0) problems.push('it has no field')
  for (const [field, declaration] of fields) {
    problems.push(...checkField(field, declaration).map((line) => `${field}: ${line}`))
  }
  return problems
}

function checkField(name: string, field: FieldDeclaration): string[] {
  const problems = checkText(field.help, 'help')
  if (!FIELD_NAME.test(name)) problems.push('the name is no identifier')
  if (!UNITS.includes(field.unit)) problems.push(`unit ${field.unit} is not one of UNITS`)
  if (!(field.precision > 0)) problems.push(`precision ${field.precision} is not above 0`)
  if ((field.kind === 'state') !== (field.states !== undefined)) {
    problems.push('kind state and `states` belong together')
  }
  if (field.bits !== undefined && field.kind !== 'counter') {
    problems.push('`bits` belong to a counter')
  }
  for (const [value, text] of Object.entries(field.states ?? {})) {
    problems.push(...checkText(text, `state ${value}`))
  }
  return problems
}

function checkText(text: LocalizedText, what: string): string[] {
  const problems: string[] = []
  if (!/\p{Script=Han}/u.test(text.zh) && !/^[A-Z0-9 _.-]+$/.test(text.zh)) {
    problems.push(`${what} has no Chinese text`)
  }
  if (!/[A-Za-z]/.test(text.en)) problems.push(`${what} has no English text`)
  return problems
}

interface Owner {
  readonly probe: string
  readonly measurement: string
  readonly field: string
  readonly declaration: FieldDeclaration
}

/**
 * No two fields may come to one name `measurement_field` in a store of Prometheus's kind. One measurement may come from several probes (the CPU of a
 * host, of its agent or over SNMP): then what they declare of a field is the same but for its help.
 */
export function checkUniqueness(probes: readonly ProbeDeclaration[]): string[] {
  const problems: string[] = []
  const probeNames = new Set<string>()
  const owners = new Map<string, Owner>()
  for (const { name: probe, measurements } of probes) {
    if (probeNames.has(probe)) problems.push(`two probes are called ${probe}`)
    probeNames.add(probe)
    for (const [measurement, { fields }] of Object.entries(measurements)) {
      for (const [field, declaration] of Object.entries(fields)) {
        const name = `${measurement}_${field}`.replaceAll('-', '_')
        const other = owners.get(name)
        const owner = { probe, measurement, field, declaration }
        if (other !== undefined) problems.push(...compareOwners(owner, other, name))
        owners.set(name, owner)
      }
    }
  }
  return problems
}

function compareOwners(owner: Owner, other: Owner, name: string): string[] {
  const [one, two] = [owner, other].map(({ probe, measurement, field }) => ({
    probe,
    text: `${probe}: ${measurement} ${field}`,
  }))
  const isSameField = owner.measurement === other.measurement && owner.field === other.field
  if (!isSameField || owner.probe === other.probe)
    return [`${one?.text} and ${two?.text} come to one name ${name}`]
  return isAlike(owner.declaration, other.declaration)
    ? []
    : [`${one?.text} and ${two?.text} differ in kind, unit, precision or states`]
}

function isAlike(one: FieldDeclaration, other: FieldDeclaration): boolean {
  const numbers = ({ states = {} }: FieldDeclaration) => Object.keys(states).join()
  return (
    one.kind === other.kind &&
    one.unit === other.unit &&
    one.precision === other.precision &&
    numbers(one) === numbers(other)
  )
}
