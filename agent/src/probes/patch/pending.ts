import { toDocumentTable } from '@wardround/protocol'
import { gauge } from '../../field.ts'
import { defineProbe, remembers } from '../../probe.ts'
import { patch } from '../../sources/patch.ts'
import type { PatchState } from '../../sources/patch/read-patches.ts'

const DAY_SECONDS = 86_400
/** Updates that the document lists. */
const LISTED = 500

/**
 * Updates that wait. Source: `apt-get -s upgrade`, `dnf -C check-update` and `updateinfo`, by the lists that are there (no network), or a list that the site
 * brought in; dpkg's log or rpm's database for the last one. Needs: nothing. Lists that are old or absent say nothing: the fields are missing then.
 */
export default defineProbe({
  name: 'patch.pending',
  source: patch,
  platforms: ['linux'],
  everySeconds: 21_600,
  cost: 'slow',
  deadlineMs: 300_000,
  reads: {
    zh: 'apt-get -s、dnf -C 或 yum -C（只用本地缓存，不联网），或导入的清单',
    en: 'apt-get -s, dnf -C or yum -C (the local cache alone, no network), or a list brought in',
  },
  needs: 'none',
  help: {
    zh: '待安装的补丁、上次更新、是否需要重启',
    en: 'Pending updates, the last update, whether a restart is due',
  },
  measurements: {
    patch: {
      identifyingTags: [],
      descriptiveTags: ['source'],
      fields: {
        pending_total: gauge('count', '待更新软件包数', 'Packages with an update'),
        pending_security: gauge(
          'count',
          '其中安全更新数',
          'Those of them that are security updates',
        ),
        list_age_days: gauge('count', '软件包索引或清单的天数', 'Age in days of the package lists'),
        last_patch_age_days: gauge(
          'count',
          '距上次更新软件包的天数',
          'Days since a package was last updated',
        ),
        reboot_required: gauge(
          'boolean',
          '系统要求重启（1 是）',
          'The system asks for a restart: 1',
        ),
        kernel_running_is_latest: gauge(
          'boolean',
          '正在运行已安装的最新内核（1 是，0 需重启生效）',
          'The newest installed kernel runs: 1; 0: a restart would change it',
        ),
      },
    },
  },
  remembers: remembers<{ readonly sent: string }>(),
  async sample({ session, emit, emitDocument, remark, memory, timeMs, signal }) {
    const state = await session.read(timeMs, signal)
    const { source, pending, unknown, listAgeSeconds, lastPatchMs } = state
    if (unknown !== undefined) remark(unknown)
    const security = pending?.map(({ isSecurity }) => isSecurity)
    emit(
      'patch',
      { source },
      {
        pending_total: pending?.length,
        pending_security: security?.includes(undefined)
          ? undefined
          : security?.filter(Boolean).length,
        list_age_days: daysOf(listAgeSeconds),
        last_patch_age_days:
          lastPatchMs === undefined ? undefined : daysOf((timeMs - lastPatchMs) / 1000),
        reboot_required: toFlag(state.rebootRequired),
        kernel_running_is_latest: toFlag(state.isKernelNewest),
      },
    )
    const body = { updates: listUpdates(pending) }
    const sent = JSON.stringify(body)
    if (sent !== memory?.sent) emitDocument('pending_updates', 'history', body)
    return { sent }
  },
})

/** null: not known. */
function listUpdates(pending: PatchState['pending']) {
  if (pending === undefined) return null
  const rows = pending.map(({ name, installed, available, isSecurity }) => ({
    name,
    installed: installed ?? null,
    available,
    security: isSecurity ?? null,
  }))
  return toDocumentTable(['name', 'installed', 'available', 'security'], rows.slice(0, LISTED))
}

function daysOf(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : Math.max(0, Math.floor(seconds / DAY_SECONDS))
}

function toFlag(value: boolean | undefined): number | undefined {
  return value === undefined ? undefined : Number(value)
}
