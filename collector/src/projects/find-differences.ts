import type { Finding } from '../rules/finding.ts'
import type { KnownFacts } from './known-facts.ts'
import type { Project } from './project.ts'

const WORDS = {
  project: { zh: '所属项目', en: 'project' },
  role: { zh: '角色', en: 'role' },
} as const

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
    ...unlisted.flatMap(({ name }) => differing(name, 'project', undefined, project.id)),
  ]
}

/** `expected` is undefined for what the project's file does not have. */
function differing(
  host: string,
  what: keyof typeof WORDS,
  expected: string | undefined,
  found: string,
): Finding[] {
  if (expected === found) return []
  const details = {
    what_zh: WORDS[what].zh,
    what_en: WORDS[what].en,
    found,
    expected_zh: expected === undefined ? '没有列出它' : `中为“${expected}”`,
    expected_en: expected === undefined ? 'does not have it' : `says "${expected}"`,
  }
  return [{ kind: 'identity_differs', host, tags: { what }, value: 1, details }]
}
