/** An update that a package manager would install. */
export interface PendingUpdate {
  readonly name: string
  readonly installed: string | undefined
  readonly available: string
  /** undefined: the source of the list does not tell. */
  readonly isSecurity: boolean | undefined
}

const MAX_UPDATES = 20_000

/**
 * Parses `apt-get -s upgrade`: `Inst libc6 [2.36-9] (2.36-9+deb12u4 Debian-Security:12/stable-security [amd64])`. Those that come from an
 * archive whose name has `security` in it are security updates.
 */
export function parseAptSimulation(output: string): PendingUpdate[] {
  const updates: PendingUpdate[] = []
  for (const line of output.split('\n')) {
    const match = /^Inst (\S+)(?: \[(\S+)\])? \((\S+) ([^)]*)\)/.exec(line)
    if (match === null || updates.length >= MAX_UPDATES) continue
    const [, name = '', installed, available = '', archives = ''] = match
    // without an installed version it is a new package that an update brings, and no update of its own
    if (installed === undefined) continue
    updates.push({ name, installed, available, isSecurity: /security/i.test(archives) })
  }
  return updates
}

/**
 * Parses `dnf -q check-update`: `openssl.x86_64  1:3.0.7-27.el9  baseos`, long names with the rest on the next line; what follows
 * "Obsoleting Packages" is no update.
 */
export function parseDnfUpdates(output: string): PendingUpdate[] {
  const [listed = ''] = output.split(/^Obsoleting Packages/m)
  const words = listed.replaceAll(/\n[ \t]+/g, ' ').split('\n')
  return words.slice(0, MAX_UPDATES).flatMap((line) => {
    const match = /^(\S+)\.[\w-]+\s+(\S+)\s+\S+\s*$/.exec(line)
    if (match === null || !/\d/.test(match[2] ?? '')) return []
    return [
      {
        name: match[1] ?? '',
        installed: undefined,
        available: match[2] ?? '',
        isSecurity: undefined,
      },
    ]
  })
}

/** Parses `dnf -q updateinfo list --security`: `RHSA-2026:0001 Important/Sec. openssl-1:3.0.7-27.el9.x86_64`; the packages' names, once each. */
export function parseDnfSecurity(output: string): Set<string> {
  const names = new Set<string>()
  for (const line of output.split('\n')) {
    const match = /^\S+\s+\S*Sec\S*\s+(\S+)-[^-\s]+-[^-\s]+$/i.exec(line.trim())
    if (match?.[1] !== undefined && names.size < MAX_UPDATES) names.add(match[1])
  }
  return names
}

/** Parses `NAME VERSION` lines of what is installed (dpkg-query, rpm -qa). Of several versions (kernels) all are kept. */
export function parseInstalled(output: string): Map<string, string[]> {
  const installed = new Map<string, string[]>()
  for (const line of output.split('\n')) {
    const [name = '', version = ''] = line.trim().split(/\s+/)
    if (name === '' || version === '') continue
    installed.set(name, [...(installed.get(name) ?? []), version])
  }
  return installed
}
