import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Where a peer is installed; undefined and a line on the console where it isn't. Debian's packages put some into sbin. */
export function findPeer(command: string, debianPackage: string): string | undefined {
  const directories = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin']
  const found = directories.map((directory) => join(directory, command)).find(existsSync)
  if (found === undefined)
    console.log(`${command} is not installed (apt-get install ${debianPackage}): no comparison`)
  return found
}

/** Resolves when an address answers with success. */
export async function untilAnswers(url: string, withinMs: number): Promise<void> {
  const deadline = performance.now() + withinMs
  while (performance.now() < deadline) {
    const ok = await fetch(url).then(
      async (response) => (await response.arrayBuffer(), response.ok),
      () => false,
    ) // refused until it listens
    if (ok) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`${url} gave no answer within ${withinMs} ms`)
}

/** Whether systemd runs this machine. */
export function hasSystemd(): boolean {
  return existsSync('/run/systemd/system')
}

/** What to keep in mind with an agent's numbers. */
export function systemdLine(): string {
  return hasSystemd()
    ? 'systemd is PID 1 here'
    : "systemd isn't PID 1 here: services are not asked for, and what that costs is not in these numbers"
}
