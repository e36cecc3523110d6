/** A local account as passwd(5) and group(5) have it. */
export interface LocalUser {
  readonly name: string
  readonly uid: number
  readonly shell: string
  /** Names of the groups that it is in, sorted. */
  readonly groups: readonly string[]
}

const MAX_USERS = 10_000

/** Parses /etc/passwd and /etc/group; lines that are none of theirs (NIS, comments) are passed over. */
export function parseUsers(passwd: string, group: string): LocalUser[] {
  const primary = new Map<number, string>()
  const groupsOf = new Map<string, Set<string>>()
  for (const [name = '', , gid = '', members = ''] of fieldsOf(group)) {
    if (name === '' || !/^\d+$/.test(gid)) continue
    primary.set(Number(gid), name)
    for (const member of members.split(',').filter(Boolean))
      groupsOf.set(member, (groupsOf.get(member) ?? new Set()).add(name))
  }
  return fieldsOf(passwd)
    .filter(([name = '', , uid = '']) => /^[^+\-#:\s][^:\s]*$/.test(name) && /^\d+$/.test(uid))
    .slice(0, MAX_USERS)
    .map(([name = '', , uid, gid, , , shell = '']) => {
      const own = primary.get(Number(gid))
      const groups = new Set([...(own === undefined ? [] : [own]), ...(groupsOf.get(name) ?? [])])
      return { name, uid: Number(uid), shell, groups: [...groups].sort() }
    })
}

function fieldsOf(text: string): string[][] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(':'))
}
