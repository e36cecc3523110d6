import { isTokenName } from '../control/token-request.ts'
import { isHostOrPattern } from './host-pattern.ts'

/** What a write token is to let its bearer do. */
export interface WriteTokenRequest {
  /** A label. */
  readonly name: string
  readonly project: string
  readonly role: string | null
  /** Names, or patterns with `*`. */
  readonly hosts: readonly string[]
}

/** Hosts and patterns of one token: each is looked at when a host first writes. */
const MAX_HOSTS = 1_000
const MAX_LABEL = 256

/** Which member is wrong, or the request. */
export function checkWriteTokenRequest(
  value: unknown,
): { readonly request: WriteTokenRequest } | { readonly wrong: keyof WriteTokenRequest } {
  const given = new Map<string, unknown>(
    typeof value === 'object' && value !== null ? Object.entries(value) : [],
  )
  const name = given.get('name')
  const project = given.get('project')
  const role = given.get('role') ?? null
  const hosts = given.get('hosts')
  if (typeof name !== 'string' || !isTokenName(name)) return { wrong: 'name' }
  if (!isLabel(project)) return { wrong: 'project' }
  if (role !== null && !isLabel(role)) return { wrong: 'role' }
  if (!isHostList(hosts)) return { wrong: 'hosts' }
  return { request: { name, project, role, hosts: [...new Set(hosts)] } }
}

function isLabel(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    /^[^\s\p{Cc}]/u.test(value) &&
    !/\p{Cc}/u.test(value) &&
    Buffer.byteLength(value) <= MAX_LABEL
  )
}

function isHostList(value: unknown): value is string[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.length <= MAX_HOSTS &&
    value.every((host) => typeof host === 'string' && isHostOrPattern(host))
  )
}
