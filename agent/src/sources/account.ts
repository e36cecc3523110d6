import type { SourceReference } from '../probe.ts'
import type { Session, Source, SourceContext } from '../source.ts'
import { HELPER_OPTION, ROOT_OPTION } from './host-options.ts'
import type { KnownAccounts } from './account/known-accounts.ts'
import type { LocalAccounts } from './account/read-accounts.ts'

/** The local accounts of this host. */
export interface AccountSession {
  readonly known: KnownAccounts
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
    root: ROOT_OPTION,
    helper: HELPER_OPTION,
  },
  open: (context) => openAccount(context),
}

async function openAccount(context: SourceContext): Promise<Session<AccountSession>> {
  const { KnownAccounts } = await import('./account/known-accounts.ts')
  const { readAccounts } = await import('./account/read-accounts.ts')
  const { HelperClient } = await import('./helper-client.ts')
  const { root, helper } = context.options
  const client = new HelperClient(String(helper))
  return {
    session: {
      known: new KnownAccounts(context),
      read: (signal) => readAccounts(String(root), client, signal),
    },
    subject: '',
    async [Symbol.asyncDispose]() {
      client[Symbol.dispose]()
    },
  }
}
