import type { Finding } from '../rules/finding.ts'
import type { KnownFacts } from './known-facts.ts'
import type { Project } from './project.ts'

const NONE = '—'

/**
 * Where the identity of a host says otherwise than the project's file: neither is believed over the other, both are shown. Where the configuration
 * says nothing of a host the file alone counts.
 */
export function findDifferences(project: Project, { identities }: KnownFacts): Finding[] {
  const expected = [...project.file.hosts, ...project.file.devices].flatMap(({ name, role }) => {
    const identity = identities.find((one) => one.name === name)
    return [
      ...differing(name, 'project', project.id, identity?.project ?? project.id),
      ...differing(name, 'role', role, identity?.role ?? role),
    ]
  })
  const unlisted = identities.filter(
    (identity) => identity.project === project.id && !project.subjects.has(identity.name),
  )
  return [
    ...expected,
    ...unlisted.flatMap(({ name }) => differing(name, 'project', NONE, project.id)),
  ]
}

function differing(host: string, what: string, expected: string, found: string): Finding[] {
  if (expected === found) return []
  const details = { expected, found }
  return [{ kind: 'identity_differs', host, tags: { what }, value: 1, details }]
}
