import type { SourceReference } from '../probe.ts'
import type { Session, Source, SourceContext } from '../source.ts'
import { ROOT_OPTION } from './host-options.ts'
import type { PatchState } from './patch/read-patches.ts'

/** The packages of this host. */
export interface PatchSession {
  read(nowMs: number, signal: AbortSignal): Promise<PatchState>
}

/** For `source:` of a probe. */
export const patch: SourceReference<PatchSession> = { type: 'patch' }

/** Pending updates, by what the package manager has in its cache or by a list that the site brought in; nothing is fetched. Always there. */
export const patchSource: Source<PatchSession> = {
  type: 'patch',
  always: true,
  platforms: ['linux'],
  options: {
    packageList: {
      type: 'string',
      minLength: 1,
      help: {
        zh: '离线导入的软件包清单，每行“包名 版本 [security]”；不填则用包管理器本地索引',
        en: "Package list brought in for an offline host, NAME VERSION [security] a line; without it the package manager's own lists count",
      },
    },
    staleAfter: {
      type: 'duration',
      default: '30d',
      help: {
        zh: '索引或清单超过多久即视为未知',
        en: 'Lists older than this say nothing: what is pending is then unknown',
      },
    },
    root: ROOT_OPTION,
    programs: {
      type: 'string',
      default: '/usr/bin',
      pattern: '^/',
      help: {
        zh: 'apt-get、dnf、yum、rpm 所在目录',
        en: 'Directory of apt-get, dnf, yum and rpm',
      },
    },
  },
  open: (context) => openPatch(context),
}

async function openPatch({ options }: SourceContext): Promise<Session<PatchSession>> {
  const { readPatches } = await import('./patch/read-patches.ts')
  const { Commands } = await import('./commands.ts')
  const { parseDurationMs } = await import('@wardround/program/running')
  const commands = new Commands()
  const { root, programs, packageList, staleAfter } = options
  return {
    session: {
      read: (nowMs, signal) =>
        readPatches(
          { root: String(root), programs: String(programs), commands, signal },
          {
            packageList: typeof packageList === 'string' ? packageList : undefined,
            staleAfterMs: parseDurationMs(String(staleAfter)),
            nowMs,
          },
        ),
    },
    subject: '',
    async [Symbol.asyncDispose]() {
      commands[Symbol.dispose]()
    },
  }
}
