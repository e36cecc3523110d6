import { userInfo } from 'node:os'

/** Whom the operating system takes this process for; a container's user may have no name. */
export function nameOfUser(): string {
  try {
    return userInfo().username
  } catch {
    return `uid ${process.geteuid?.()}`
  }
}
