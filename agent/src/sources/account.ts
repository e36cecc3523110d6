import type { SourceReference } from '../probe.ts'
import type { Session, Source, SourceContext } from '../source.ts'
import type { Keeping } from '../kept-file.ts'
import type { LocalAccounts } from './account/read-accounts.ts'

/** The local accounts of this host. */
export interface AccountSession {
  /** For what probes keep over restarts. */
  readonly keeping: Keeping
  read(signal: AbortSignal): Promise<LocalAccounts>
}

/** For `source:` of a probe. */
export const account: SourceReference<AccountSession> = { type: 'account' }

/** Local accounts: /etc/passwd, /etc/group and the ages in /etc/shadow, where they may be read. Always there. */
export const accountSource: Source<AccountSession> = {
  type: 'account',
  always: true,
  platforms: ['linux'],
  options: {
    root: {
      type: 'string',
      default: '/',
      minLength: 1,
      help: {
        zh: '查看主机的根目录；只有采集代理在容器里运行、主机挂载在某个目录时才需要改',
        en: 'Directory under which the host is looked at; other than / only where the agent runs in a container that has the host mounted',
      },
    },
    helper: {
      type: 'string',
      default: '/run/wardround-helper/helper.sock',
      minLength: 1,
      help: {
        zh: '特权助手的套接字；采集代理自己无权读取 /etc/shadow 时由它读出日期（不含密码）',
        en: 'Socket of the privileged helper, which reads the dates of /etc/shadow (no password) where the agent may not',
      },
    },
  },
  open: (context) => openAccount(context),
}

async function openAccount(context: SourceContext): Promise<Session<AccountSession>> {
  const { readAccounts } = await import('./account/read-accounts.ts')
  const { HelperClient } = await import('./helper-client.ts')
  const { root, helper } = context.options
  const client = new HelperClient(String(helper))
  return {
    session: {
      keeping: context,
      read: (signal) => readAccounts(String(root), client, signal),
    },
    subject: '',
    async [Symbol.asyncDispose]() {
      client[Symbol.dispose]()
    },
  }
}
