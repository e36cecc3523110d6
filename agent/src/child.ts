import { fork, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { programEnvironment } from './sources/commands.ts'

/** What a child process of the agent does. Each role's module exports `startRole()`, which answers on the IPC channel. */
export type ChildRole =
  | 'mount-helper'
  | 'inventory'
  | 'oracle-thick'
  | 'backup-copy'
  | 'pkcs12'
  | 'state-file'

interface RoleModule {
  startRole(): void | Promise<void>
}

const ROLES: Record<ChildRole, () => Promise<RoleModule>> = {
  'mount-helper': () => import('./sources/mount-helper-role.ts'),
  inventory: () => import('./sources/inventory-role.ts'),
  'oracle-thick': () => import('./sources/oracle/thick-role.ts'),
  'backup-copy': () => import('./sources/backupcopy/copy-role.ts'),
  pkcs12: () => import('./sources/certificate/pkcs12-role.ts'),
  'state-file': () => import('./state-file-role.ts'),
}

const ARGUMENT = '--role='

export interface ChildOptions {
  /** Beside PATH and LC_ALL=C; nothing else of the agent's environment, which may hold secrets, reaches the child. */
  readonly environment?: Readonly<Record<string, string>>
  /** Of Node, e.g. a limit of its memory. */
  readonly nodeOptions?: readonly string[]
  /** `advanced`: dates and large integers pass the channel as they are. */
  readonly serialization?: 'json' | 'advanced'
  /** Reads disks only while nobody else does, where this system has ionice (util-linux). */
  readonly isIdle?: boolean
}

const IONICE = '/usr/bin/ionice'
/** Class 3 is idle; -t goes on where the kernel refuses. It becomes the program that it is given: same process, same channel. */
const AS_IDLE = ['-t', '-c', '3', process.execPath]

/**
 * Starts a child of the agent: the same program in another role. It does not keep the agent alive, and
 * is to end when the channel closes.
 */
export function startChild(role: ChildRole, options: ChildOptions = {}): ChildProcess {
  const isIdle = options.isIdle === true && existsSync(IONICE)
  const child = fork(entryFile(), [`${ARGUMENT}${role}`], {
    env: { ...programEnvironment(), PATH: process.env['PATH'] ?? '', ...options.environment },
    ...(isIdle ? { execPath: IONICE } : {}),
    execArgv: [...(isIdle ? AS_IDLE : []), ...(options.nodeOptions ?? [])],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: options.serialization ?? 'json',
  })
  child.unref()
  child.channel?.unref()
  return child
}

/** In a checkout a small file of its own; in a bundle the bundle itself (there all modules have its address), whose main asks chosenRole(). */
function entryFile(): URL {
  const here = new URL(import.meta.url)
  return here.pathname.endsWith('/child.ts') ? new URL('./child-main.ts', here) : here
}

/** The role that this process was started in; undefined in the agent itself. */
export function chosenRole(): ChildRole | undefined {
  const argument = process.argv[2]
  if (process.send === undefined || !argument?.startsWith(ARGUMENT)) return undefined
  const role = argument.slice(ARGUMENT.length)
  return isRole(role) ? role : undefined
}

function isRole(text: string): text is ChildRole {
  return Object.hasOwn(ROLES, text)
}

/** The child's side. */
export async function runRole(role: ChildRole): Promise<void> {
  const module = await ROLES[role]()
  await module.startRole()
}
