import { readdir } from 'node:fs/promises'
import { release } from 'node:os'
import { join } from 'node:path'
import type { LocalizedText } from '@wardround/protocol'
import { NoDataError } from '../../probe.ts'
import { readBoundedFile } from '../read-bounded-file.ts'
import { apt } from './apt.ts'
import { dnf, yum } from './dnf.ts'
import { newestOf, compareWithList, parsePackageList } from './package-list.ts'
import type { PackageHost, PackageManager } from './package-manager.ts'
import type { PendingUpdate } from './pending-updates.ts'

/** How this host stands with updates; what is not known is undefined, never none. */
export interface PatchState {
  /** `list`: by the package list that the site brought in. */
  readonly source: PackageManager['name'] | 'list'
  readonly pending: readonly PendingUpdate[] | undefined
  /** Why it is not known. */
  readonly unknown: LocalizedText | undefined
  /** Age of the lists that it was compared with. */
  readonly listAgeSeconds: number | undefined
  readonly lastPatchMs: number | undefined
  readonly rebootRequired: boolean | undefined
  /** Whether no newer kernel is installed than the one that runs. */
  readonly isKernelNewest: boolean | undefined
}

export interface PatchOptions {
  /** `NAME VERSION [security]` lines; undefined: the package manager's own lists. */
  readonly packageList: string | undefined
  /** Lists older than this say nothing any more. */
  readonly staleAfterMs: number
  readonly nowMs: number
}

/** apt first: a Debian may have dnf installed, hardly ever the other way round. */
const MANAGERS = [apt, dnf, yum]
const MAX_LIST_BYTES = 64 * 1_048_576

/** @throws NoDataError where there is no package manager that is known; ProbeError */
export async function readPatches(host: PackageHost, options: PatchOptions): Promise<PatchState> {
  const manager = await findManager(host)
  const compared =
    options.packageList === undefined
      ? await byOwnLists(host, manager, options)
      : await byBroughtList(host, manager, options, options.packageList)
  return {
    ...compared,
    lastPatchMs: await manager.lastPatchMs(host),
    rebootRequired: await manager.rebootRequired(host),
    isKernelNewest: await isKernelNewest(host.root, manager),
  }
}

async function findManager(host: PackageHost): Promise<PackageManager> {
  for (const manager of MANAGERS) if (await manager.isThere(host)) return manager
  throw new NoDataError({
    zh: '没有 apt、dnf 或 yum',
    en: 'there is no apt, dnf or yum',
  })
}

type Compared = Pick<PatchState, 'source' | 'pending' | 'unknown' | 'listAgeSeconds'>

async function byOwnLists(
  host: PackageHost,
  manager: PackageManager,
  { staleAfterMs, nowMs }: PatchOptions,
): Promise<Compared> {
  const refreshedAtMs = await manager.refreshedAtMs(host)
  const { name: source } = manager
  if (refreshedAtMs === undefined)
    return { source, ...notKnown(neverRefreshed(source)), listAgeSeconds: undefined }
  const listAgeSeconds = Math.max(0, (nowMs - refreshedAtMs) / 1000)
  if (nowMs - refreshedAtMs > staleAfterMs)
    return { source, ...notKnown(tooOld(source, listAgeSeconds)), listAgeSeconds }
  return { source, pending: await manager.pending(host), unknown: undefined, listAgeSeconds }
}

async function byBroughtList(
  host: PackageHost,
  manager: PackageManager,
  { staleAfterMs, nowMs }: PatchOptions,
  file: string,
): Promise<Compared> {
  const { text, mtimeMs } = await readBoundedFile(file, MAX_LIST_BYTES)
  const listAgeSeconds = Math.max(0, (nowMs - mtimeMs) / 1000)
  const listed = parsePackageList(text, file)
  if (nowMs - mtimeMs > staleAfterMs)
    return { source: 'list', ...notKnown(tooOld(file, listAgeSeconds)), listAgeSeconds }
  const pending = compareWithList(await manager.installed(host), listed, manager.compare)
  return { source: 'list', pending, unknown: undefined, listAgeSeconds }
}

/** By the names of the kernels in /boot; undefined where the one that runs is not among them (containers). */
async function isKernelNewest(
  root: string,
  { compare }: PackageManager,
): Promise<boolean | undefined> {
  const names = await readdir(join(root, 'boot')).catch(() => [])
  const kernels = names
    .filter((name) => /^vmlinuz-\d/.test(name))
    .map((name) => name.slice('vmlinuz-'.length))
  const running = release()
  if (!kernels.includes(running)) return undefined
  return newestOf(kernels, compare) === running
}

function notKnown(unknown: LocalizedText): { pending: undefined; unknown: LocalizedText } {
  return { pending: undefined, unknown }
}

function neverRefreshed(source: string): LocalizedText {
  return {
    zh: `${source} 的软件包索引从未更新，或无权查看：待更新数未知。离线主机可用 packageList 导入清单（docs/credentials.zh-CN.md）`,
    en: `${source} has no package lists, or they may not be seen: what is pending is not known. Offline hosts: bring a list in, option packageList (docs/credentials.md)`,
  }
}

function tooOld(source: string, ageSeconds: number): LocalizedText {
  const days = Math.floor(ageSeconds / 86_400)
  return {
    zh: `${source} 的软件包索引已有 ${days} 天未更新：待更新数未知`,
    en: `the package lists of ${source} are ${days} days old: what is pending is not known`,
  }
}
