import { lstat, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { errorCodeOf } from './error-code.ts'
import { EXIT } from './exit-codes.ts'
import type { LocalizedText } from './language.ts'

/** Whom a state directory belongs to: the user that the program runs as. */
export interface StateOwner {
  readonly uid: number
  readonly gid: number
}

/** Root was to work, as root, in a directory that another user can change under its hands. */
class StateOwnerError extends Error {
  override readonly name = 'StateOwnerError'
  readonly exitCode = EXIT.notPermitted
  /** The message, for people. */
  readonly text: LocalizedText

  constructor(directory: string, { uid }: StateOwner) {
    const text = {
      zh: `状态目录 ${directory} 属于用户（uid ${uid}），不能以 root 身份使用：该用户可以借目录中的符号链接让 root 写到别处，root 写下的文件服务也读不了；请以该用户运行（systemd 单元的 User=，或 sudo -u '#${uid}'），或用 --state 另选目录`,
      en: `state directory ${directory} belongs to the user with uid ${uid} and root can't use it: a symbolic link of that user's there would lead root elsewhere, and the service could not read what root wrote; run as that user (User= of the systemd unit, or sudo -u '#${uid}') or give another --state directory`,
    }
    super(text.en)
    this.text = text
  }
}

/**
 * The owner, where this is root and the owner is somebody else; undefined where this process may work in the state directory as it is. Its
 * user may put a symbolic link at any place of it, at any moment: what root does there, it does as that user (becomeOwner). That
 * the directory itself is where the configuration says is for root to see to, as whose the directories above it are.
 * @throws the system's error where there is no such directory
 */
export async function otherOwnerOf(state: string): Promise<StateOwner | undefined> {
  if (process.geteuid?.() !== 0) return undefined
  const place = await lstat(state)
  const { uid, gid } = place.isSymbolicLink() && place.uid === 0 ? await stat(state) : place
  return uid === 0 ? undefined : { uid, gid }
}

/** For good: nothing that root may do is left to this process. @throws the system's error, with root's rights still there */
export function becomeOwner({ uid, gid }: StateOwner): void {
  process.setgroups?.([gid])
  process.setgid?.(gid)
  process.setuid?.(uid)
}

/**
 * Before a command, run by root, that ends with its work in the state directory. One that is not there yet is its parent's owner's to make.
 * @throws the system's error
 */
export async function becomeOwnerOf(state: string): Promise<void> {
  const owner = await ifThere(state)
  if (owner === 'absent') {
    const parent = dirname(resolve(state))
    if (parent !== state) await becomeOwnerOf(parent)
  } else if (owner !== undefined) becomeOwner(owner)
}

/** Before root stays in a directory, or writes there as itself. One that is not there yet will be root's. @throws StateOwnerError */
export async function refuseOtherOwner(state: string): Promise<void> {
  const owner = await ifThere(state)
  if (owner !== 'absent' && owner !== undefined) throw new StateOwnerError(state, owner)
}

async function ifThere(state: string): Promise<StateOwner | 'absent' | undefined> {
  try {
    return await otherOwnerOf(state)
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return 'absent'
    throw error
  }
}
