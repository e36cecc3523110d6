import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { CommandOutcome } from '../commands.ts'
import { compareRpmVersions } from './compare-versions.ts'
import { exists, failed, modifiedAtMs, newest } from './host-facts.ts'
import { LONG_RUN, type PackageHost, type PackageManager } from './package-manager.ts'
import {
  parseDnfSecurity,
  parseDnfUpdates,
  parseInstalled,
  type PendingUpdate,
} from './pending-updates.ts'

/** Exit code of check-update where there are updates. */
const HAS_UPDATES = 100

/** RHEL, Oracle Linux, Kylin, openEuler from 8 on: dnf -C, by the cache that is there. */
export const dnf = rpmManager('dnf', 'var/cache/dnf')

/** RHEL and CentOS 7. */
export const yum = rpmManager('yum', 'var/cache/yum')

function rpmManager(name: 'dnf' | 'yum', cache: string): PackageManager {
  const ask = (host: PackageHost, ...args: string[]): Promise<CommandOutcome> =>
    host.commands.run(
      join(host.programs, name),
      // A user other than root would look into a cache of its own, find nothing there and say so with success.
      [`--setopt=cachedir=/${cache}`, '-q', '-C', ...args],
      { ...LONG_RUN, signal: host.signal },
    )
  return {
    name,
    compare: compareRpmVersions,
    isThere: ({ programs }) => exists(join(programs, name)),
    refreshedAtMs: ({ root }) => newestMetadataMs(join(root, cache), 4),
    async pending(host) {
      const { exitCode, stdout, stderr } = await ask(host, 'check-update')
      if (exitCode !== 0 && exitCode !== HAS_UPDATES)
        throw failed(join(host.programs, name), exitCode, stderr)
      return markSecurity(
        parseDnfUpdates(stdout),
        await ask(host, 'updateinfo', 'list', 'security'),
      )
    },
    async installed(host) {
      return parseInstalled(await queryRpm(host, '%{NAME} %{EPOCHNUM}:%{VERSION}-%{RELEASE}\\n'))
    },
    async lastPatchMs(host) {
      const times = (await queryRpm(host, '%{INSTALLTIME}\\n')).split('\n').map(Number)
      return newest(times.filter((time) => time > 0).map((time) => time * 1000))
    },
    rebootRequired: asksForReboot,
  }
}

async function queryRpm({ commands, programs, signal }: PackageHost, format: string) {
  const program = join(programs, 'rpm')
  const args = ['-qa', '--qf', format]
  const { exitCode, stdout, stderr } = await commands.run(program, args, { ...LONG_RUN, signal })
  if (exitCode !== 0 || stdout === '') throw failed(program, exitCode, stderr)
  return stdout
}

/** A repository without advisories tells nothing about security: then it is not known. */
function markSecurity(
  updates: readonly PendingUpdate[],
  { exitCode, stdout }: CommandOutcome,
): PendingUpdate[] {
  const names = parseDnfSecurity(stdout)
  if (exitCode !== 0 || (names.size === 0 && updates.length > 0)) return [...updates]
  return updates.map((update) => ({ ...update, isSecurity: names.has(update.name) }))
}

/** needs-restarting(1) -r ends with 1 where a restart is needed. */
async function asksForReboot(host: PackageHost): Promise<boolean | undefined> {
  const program = join(host.programs, 'needs-restarting')
  if (!(await exists(program))) return undefined
  const { exitCode } = await host.commands.run(program, ['-r'], {
    ...LONG_RUN,
    signal: host.signal,
  })
  return exitCode === 0 ? false : exitCode === 1 ? true : undefined
}

/** The newest repomd.xml below the cache: each repository has one. */
async function newestMetadataMs(directory: string, depth: number): Promise<number | undefined> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => [])
  const times = await Promise.all(
    entries.slice(0, 1_000).map(async (entry) => {
      const path = join(directory, entry.name)
      if (entry.isFile()) return entry.name === 'repomd.xml' ? modifiedAtMs(path) : undefined
      return entry.isDirectory() && depth > 0 ? newestMetadataMs(path, depth - 1) : undefined
    }),
  )
  return newest(times)
}
