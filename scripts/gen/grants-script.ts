import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Probe } from '../../agent/src/probe.ts'
import type { Source } from '../../agent/src/source.ts'
import { listStatements } from '../../agent/src/listed-statements.ts'
import { compareVersions, type Statement, type Version } from '../../agent/src/statement.ts'
import type { GeneratedFile } from './generated-file.ts'

const TEMPLATES = 'scripts/gen/grants'

/**
 * The script of least grants of each product, docs/grants/<type>.<extension>: its template's text with the line `{{grants}}` (or
 * `{{grants flavour=mariadb}}`, for servers with that trait) replaced by what the statements need. Where it says
 * `, past versions as comments`, what only versions before some other need is there to be taken out of its comment: elsewhere it would
 * be more than is needed. `{{grants as elements}}` is for XML: the first element stands, the others, one of which may take its place, are
 * comments.
 */
export function formatGrantScripts(
  root: string,
  sources: readonly Source<unknown>[],
  probes: readonly Probe[],
): GeneratedFile[] {
  return globSync('*', { cwd: join(root, TEMPLATES) })
    .sort()
    .map((file) => {
      const type = basename(file).replace(/\..*$/, '')
      const source = sources.find((candidate) => candidate.type === type)
      if (source === undefined) throw new Error(`${TEMPLATES}/${file}: there is no source ${type}`)
      const statements = listStatements(source, probes).map(({ statement }) => statement)
      const template = readFileSync(join(root, TEMPLATES, file), 'utf8')
      return { path: `docs/grants/${file}`, text: fillIn(template, statements) }
    })
}

/** Replaces the lines `{{grants …}}` of a template. @throws Error where it has none */
export function fillIn(template: string, statements: readonly Statement[]): string {
  let filled = 0
  const text = template.replace(
    /^\{\{grants(?: (\w+)=(\w+))?(, past versions as comments)?(?: as (.+))?\}\}$/gm,
    (_, trait?: string, value?: string, asComments?: string, form = '{grant};') => {
      filled++
      const wanted = statements.filter(({ where = {} }) =>
        trait === undefined || value === undefined ? true : (where[trait]?.includes(value) ?? true),
      )
      if (form === 'elements') return formatElements(wanted).join('\n')
      return formatGrants(wanted, form, asComments !== undefined).join('\n')
    },
  )
  if (filled === 0) throw new Error('the template has no line {{grants}}')
  return text
}

/** Of `conf/tomcat-users.xml: <user …/>` the element. */
function formatElements(statements: readonly Statement[]): string[] {
  const grants = new Set(statements.flatMap((statement) => statement.grants))
  return [...grants]
    .map((grant) => grant.replace(/^[^<]*/, ''))
    .map((element, at) => (at === 0 ? `  ${element}` : `  <!-- ${element} -->`))
}

/** Each grant once: first those that every version needs, then, under a comment, those of some versions alone. */
function formatGrants(
  statements: readonly Statement[],
  form: string,
  pastAsComments: boolean,
): string[] {
  const needing = Map.groupBy(
    statements.flatMap((statement) => statement.grants.map((grant) => ({ grant, statement }))),
    ({ grant }) => grant,
  )
  const byVersions = Map.groupBy(needing, ([, uses]) =>
    describeVersions(uses.map(({ statement }) => statement)),
  )
  return [...byVersions]
    .toSorted(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
    .flatMap(([versions, grants]) => [
      ...(versions === '' ? [] : ['', headingOf(versions, pastAsComments)]),
      ...grants
        .map(([grant, uses]) => applyForm(isOnMade(grant, uses) ? bare(form) : form, grant))
        .map((line) => (pastAsComments && isPast(versions) ? `-- ${line}` : line)),
    ])
}

function isPast(versions: string): boolean {
  return versions.includes('<')
}

function headingOf(versions: string, pastAsComments: boolean): string {
  return pastAsComments && isPast(versions)
    ? `-- ${versions}：只在这些版本上需要，届时去掉下列各行开头的“-- ” / needed on these versions alone: there take the "-- " off the lines below`
    : `-- ${versions}`
}

/** Whether the grant is on a view that the DBA makes for the statement: one that is in no other container. */
function isOnMade(grant: string, uses: readonly { readonly statement: Statement }[]): boolean {
  return uses
    .flatMap(({ statement }) => statement.grants)
    .map((one) => /^CREATE (?:OR REPLACE )?VIEW (\S+)/.exec(one)?.[1])
    .some((view) => view !== undefined && grant.startsWith('GRANT ') && grant.includes(` ${view} `))
}

/** Of a form, the grant alone: without a scope. */
function bare(form: string): string {
  return `${/\{grant(?::[^}]+)?\}/.exec(form)?.[0] ?? '{grant}'};`
}

/**
 * `{grant}` is the grant; `{grant:TO &account}` the same with another receiver than the account `wardround`. What is no grant (a view to
 * be made) stays as it is.
 */
function applyForm(form: string, grant: string): string {
  if (!grant.startsWith('GRANT ')) return `${grant};`
  return form.replace(/\{grant(?::([^}]+))?\}/, (_, receiver?: string) =>
    receiver === undefined ? grant : grant.replace(/TO wardround$/, () => receiver),
  )
}

function describeVersions(statements: readonly Statement[]): string {
  const since = outermost(
    statements.map((statement) => statement.since),
    -1,
  )
  const before = outermost(
    statements.map((statement) => statement.before),
    1,
  )
  const parts = [
    ...(since === undefined ? [] : [`${since.join('.')}+`]),
    ...(before === undefined ? [] : [`< ${before.join('.')}`]),
  ]
  return parts.join(' ')
}

/** The lowest (sign -1) or highest of bounds; undefined where one of them is open. */
function outermost(bounds: readonly (Version | undefined)[], sign: 1 | -1): Version | undefined {
  const known = bounds.filter((bound) => bound !== undefined)
  if (known.length < bounds.length) return undefined
  return known.toSorted((a, b) => sign * compareVersions(b, a))[0]
}
