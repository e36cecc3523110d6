import { execFile } from 'node:child_process'
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'

/** nobody's */
export const STATE_OWNER = 65_534

/** Why this machine has none; undefined where it can. */
export const NO_OWNED_STATE =
  process.geteuid?.() === 0
    ? undefined
    : 'not on this machine: only root can be somebody else beside itself'

/** A state directory of somebody else's, and a file of root's beside it that its owner would like to have. */
export class OwnedState implements AsyncDisposable {
  readonly #directory: string
  readonly state: string
  /** A directory that only root may enter, with an empty `file` in it: what an own file would be before its first use. */
  readonly victim: string

  private constructor(directory: string) {
    this.#directory = directory
    this.state = join(directory, 'state')
    this.victim = join(directory, 'victim')
  }

  /** In /tmp itself: the directory of a test run is for the user of the run alone. */
  static async make(): Promise<OwnedState> {
    const made = new OwnedState(await mkdtemp('/tmp/owned-state-'))
    await chmod(made.#directory, 0o711) // as /var/lib
    await mkdir(made.state)
    await chown(made.state, STATE_OWNER, STATE_OWNER)
    await mkdir(made.victim, { mode: 0o700 })
    await writeFile(made.pathOf('victim', 'file'), '', { mode: 0o600 })
    return made
  }

  pathOf(...names: readonly string[]): string {
    return join(this.#directory, ...names)
  }

  /** Makes a directory in the state directory, as its owner would. */
  async makePart(name: string): Promise<string> {
    const part = join(this.state, name)
    await mkdir(part, { mode: 0o700 })
    await chown(part, STATE_OWNER, STATE_OWNER)
    return part
  }

  /** What lies beside the state directory, and whose it is. */
  async describeVictim(): Promise<unknown> {
    const { uid, gid, mode } = await stat(this.victim)
    const file = await stat(this.pathOf('victim', 'file'))
    return {
      directory: [uid, gid, mode & 0o777, await readdir(this.victim)],
      file: [file.uid, file.gid, file.mode & 0o777],
      text: await readFile(this.pathOf('victim', 'file'), 'utf8'),
    }
  }

  /** Owner of what is in the state directory, by its path there. */
  async listOwners(): Promise<ReadonlyMap<string, number>> {
    const names = await readdir(this.state, { recursive: true })
    const owners = names.map(async (name): Promise<[string, number]> => [
      name,
      (await stat(join(this.state, name))).uid,
    ])
    return new Map(await Promise.all(owners))
  }

  /** What is in the state directory and not its owner's. @throws Error where hardly anything is there: nothing was tried */
  async listStrangers(): Promise<string[]> {
    const owners = await this.listOwners()
    if (owners.size < 2) throw new Error(`nothing was written: ${[...owners.keys()].join()}`)
    return [...owners].filter(([, uid]) => uid !== STATE_OWNER).map(([name]) => name)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#directory, { recursive: true, force: true })
  }
}

export const UNTOUCHED_VICTIM = {
  directory: [0, 0, 0o700, ['file']],
  file: [0, 0, 0o600],
  text: '',
}

/** How a command ended; -1: not by itself. */
export interface CommandOutcome {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs a program of ours to its end, as root. */
export function runCommand(args: readonly string[], timeoutMs: number): Promise<CommandOutcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { timeout: timeoutMs }, (error, out, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out, err }),
    )
  })
}

/** What root is told that would run a service on somebody else's state, by language. */
export const REFUSED_TO_ROOT = [
  { lang: 'en', says: `belongs to the user with uid ${STATE_OWNER} and root can't use it` },
  { lang: 'zh-CN', says: `属于用户（uid ${STATE_OWNER}），不能以 root 身份使用` },
] as const
