import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { LocalizedText } from '@wardround/protocol'
import { parseShadowAges, type ShadowAge } from '@wardround/helper'
import { ProbeError } from '../../probe.ts'
import { ProgramUnavailable } from '../program-unavailable.ts'
import { readBoundedFile } from '../read-bounded-file.ts'
import { parseUsers, type LocalUser } from './parse-users.ts'

/** What may read /etc/shadow where the agent may not: the privileged helper. */
export interface ShadowHelper {
  /** @throws ProgramUnavailable where no helper is there; ProbeError */
  readShadowAges(limits: {
    readonly deadlineMs: number
    readonly signal: AbortSignal
  }): Promise<readonly ShadowAge[]>
}

export interface LocalAccount extends LocalUser {
  /** undefined: nobody may read it here. */
  readonly ages: ShadowAge | undefined
  /** Epoch seconds; undefined: never, or not recorded. */
  readonly lastLoginSeconds: number | undefined
}

export interface LocalAccounts {
  readonly accounts: readonly LocalAccount[]
  /** Why ages of passwords could not be read; undefined: they were. */
  readonly lacks: LocalizedText | undefined
}

/** Of /var/log/lastlog: 4 bytes time, 32 line, 256 host (lastlog.h). */
const LASTLOG_BYTES = 292
/** A sparse file: beyond this number nobody is a local account. */
const MAX_LASTLOG_UID = 100_000
const HELPER_DEADLINE_MS = 10_000
const MAX_FILE_BYTES = 16 * 1_048_576

/**
 * The local accounts below `root`. /etc/shadow is read here where this process may, else by the helper.
 * @throws ProbeError UNREADABLE, UNPARSABLE, FLOOD
 */
export async function readAccounts(
  root: string,
  helper: ShadowHelper,
  signal: AbortSignal,
): Promise<LocalAccounts> {
  const users = parseUsers(
    await readText(join(root, 'etc/passwd')),
    await readText(join(root, 'etc/group')).catch(() => ''),
  )
  const { ages, lacks } = await readAges(() => readText(join(root, 'etc/shadow')), helper, signal)
  const byName = new Map(ages.map((age) => [age.name, age]))
  const logins = await readLastLogins(join(root, 'var/log/lastlog'), users)
  return {
    lacks,
    accounts: users.map((user) => ({
      ...user,
      ages: byName.get(user.name),
      lastLoginSeconds: logins.get(user.uid),
    })),
  }
}

/** The dates of a shadow file: read here where this process may, else by the helper. */
export async function readAges(
  readShadow: () => Promise<string>,
  helper: ShadowHelper,
  signal: AbortSignal,
): Promise<{ readonly ages: readonly ShadowAge[]; readonly lacks: LocalizedText | undefined }> {
  try {
    const ages = parseShadowAges(await readShadow())
    return { ages, lacks: undefined }
  } catch (error) {
    if (error instanceof ProbeError && error.code !== 'NOT_PERMITTED') throw error
  }
  try {
    const ages = await helper.readShadowAges({ deadlineMs: HELPER_DEADLINE_MS, signal })
    return { ages, lacks: undefined }
  } catch (error) {
    if (error instanceof ProgramUnavailable) return { ages: [], lacks: error.text }
    throw error
  }
}

/** By uid. A host that keeps none (no lastlog) has none. */
async function readLastLogins(
  file: string,
  users: readonly LocalUser[],
): Promise<ReadonlyMap<number, number>> {
  const logins = new Map<number, number>()
  try {
    await using handle = await open(file, 'r')
    const { size } = await handle.stat()
    const time = Buffer.alloc(4)
    for (const { uid } of users) {
      const at = uid * LASTLOG_BYTES
      if (uid > MAX_LASTLOG_UID || at + LASTLOG_BYTES > size) continue
      await handle.read(time, 0, 4, at)
      const seconds = time.readUInt32LE()
      if (seconds > 0) logins.set(uid, seconds)
    }
  } catch {
    // not kept on this host, or not ours to read: logons are then not known
  }
  return logins
}

async function readText(file: string): Promise<string> {
  return (await readBoundedFile(file, MAX_FILE_BYTES)).text
}
