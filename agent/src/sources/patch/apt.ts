import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { compareDebVersions } from './compare-versions.ts'
import { exists, failed, modifiedAtMs, newest } from './host-facts.ts'
import { lastUpgradeIn } from './last-upgrade.ts'
import { LONG_RUN, type PackageManager } from './package-manager.ts'
import { parseAptSimulation, parseInstalled } from './pending-updates.ts'

const LISTS = 'var/lib/apt/lists'

/** Debian, Ubuntu, UOS, Deepin: apt-get -s (a simulation, as any user, without locks or network) by the lists that are there. */
export const apt: PackageManager = {
  name: 'apt',
  compare: compareDebVersions,
  isThere: ({ programs }) => exists(join(programs, 'apt-get')),
  async refreshedAtMs({ root }) {
    const names = await readdir(join(root, LISTS)).catch(() => [])
    const lists = names.filter((name) => /_(?:In)?Release$/.test(name))
    const times = await Promise.all([
      ...lists.map((name) => modifiedAtMs(join(root, LISTS, name))),
      modifiedAtMs(join(root, 'var/lib/apt/periodic/update-success-stamp')),
    ])
    // a list keeps the time at which its archive was made; when it was fetched, its directory tells
    const fetched = lists.length > 0 ? await modifiedAtMs(join(root, LISTS)) : undefined
    return newest([...times, fetched])
  },
  async pending({ commands, programs, signal }) {
    const args = ['-s', '-o', 'Debug::NoLocking=true', '--with-new-pkgs', 'upgrade']
    const program = join(programs, 'apt-get')
    const { exitCode, stdout, stderr } = await commands.run(program, args, { ...LONG_RUN, signal })
    if (exitCode !== 0) throw failed(program, exitCode, stderr)
    return parseAptSimulation(stdout)
  },
  async installed({ commands, programs, signal }) {
    const program = join(programs, 'dpkg-query')
    const args = ['-W', '-f', '${db:Status-Abbrev} ${Package} ${Version}\\n']
    const { exitCode, stdout, stderr } = await commands.run(program, args, { ...LONG_RUN, signal })
    if (exitCode !== 0) throw failed(program, exitCode, stderr)
    const lines = stdout.split('\n').filter((line) => line.startsWith('ii'))
    return parseInstalled(lines.map((line) => line.replace(/^ii\s+/, '')).join('\n'))
  },
  lastPatchMs: ({ root, signal }) => lastUpgradeMs(join(root, 'var/log'), signal),
  rebootRequired: ({ root }) => exists(join(root, 'run/reboot-required')),
}

/** The newest `upgrade` of dpkg's log; of its rotations, until one has any. */
async function lastUpgradeMs(directory: string, signal: AbortSignal): Promise<number | undefined> {
  const names = (await readdir(directory).catch(() => []))
    .filter((name) => /^dpkg\.log(?:\.\d+(?:\.gz)?)?$/.test(name))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
  for (const name of names) {
    const time = await lastUpgradeIn(join(directory, name), signal)
    if (time !== undefined) return time
  }
  return undefined
}
