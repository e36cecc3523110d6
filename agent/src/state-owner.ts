import { lstat, stat } from 'node:fs/promises'

/** Whom the state directory belongs to: the agent's user. */
export interface StateOwner {
  readonly uid: number
  readonly gid: number
}

/**
 * The owner, where this is root and the owner is somebody else; undefined where this process may work in the state directory as it is. The agent's
 * user may put a symbolic link at any place of its directory, at any moment: what root does there, it does as that user (becomeOwner). That
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

/** Before a command, run by root, that ends with its work in the state directory. @throws the system's error where there is no such directory */
export async function becomeOwnerOf(state: string): Promise<void> {
  const owner = await otherOwnerOf(state)
  if (owner !== undefined) becomeOwner(owner)
}
