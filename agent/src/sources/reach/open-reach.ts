import { createSecureContext, type SecureContext } from 'node:tls'
import { parseDurationMs, readSecret, SecretError } from '@wardround/program/running'
import type { OptionValues } from '../../option.ts'
import { ProbeError } from '../../probe.ts'
import type { Session, SourceContext } from '../../source.ts'
import { readTrustedRoots } from '../trusted-roots.ts'
import { Commands } from '../commands.ts'
import { findSilence } from '../server/silence.ts'
import type { HttpCheck } from './check-http.ts'
import { bodyMatcher } from './body-matcher.ts'
import type { TcpCheck } from './check-tcp.ts'
import { serverOf } from './http-target.ts'
import type { REACH_OPTIONS } from './reach-options.ts'
import type { HttpEntry, ReachSession } from './reach-session.ts'

type ReachOptions = OptionValues<typeof REACH_OPTIONS>
type HttpOptions = NonNullable<ReachOptions['http']>[number]

const READ_AGAIN_MS = 3_600_000

/** Puts a session together; nothing is connected to before a probe asks. */
export async function openReach(context: SourceContext): Promise<Session<ReachSession>> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checked against REACH_OPTIONS when agent.yaml was read
  const options = context.options as ReachOptions
  const authorities = new Authorities(context)
  const commands = new Commands()
  const filecount = (options.filecount ?? []).map((entry) => ({
    directory: entry.directory,
    pattern: entry.pattern ?? '*',
    recursive: entry.recursive ?? false,
    commands: new Commands(),
  }))
  const session: ReachSession = {
    ping: (options.ping ?? []).map(({ host, name }) => ({ host, name })),
    tcp: (options.tcp ?? []).map(toTcpCheck),
    http: (options.http ?? []).map((entry) => toHttpEntry(entry, context, authorities)),
    dns: (options.dns ?? []).map(({ name, type, server }) => ({ name, type: type ?? 'A', server })),
    filecount,
    timeoutMs: parseDurationMs(options.timeout ?? '5s'),
    commands,
    clocks: context.clocks,
    refuseWhenPaused() {
      const silence = findSilence(context, [])
      if (silence !== undefined) throw silence.error
      context.standing.enter('working')
    },
  }
  return {
    session,
    subject: '',
    async [Symbol.asyncDispose]() {
      for (const one of [commands, ...filecount.map((entry) => entry.commands)])
        one[Symbol.dispose]()
    },
  }
}

function toTcpCheck({
  address,
  send,
  expect,
  name,
}: NonNullable<ReachOptions['tcp']>[number]): TcpCheck {
  const at = address.lastIndexOf(':')
  const host = address.slice(0, at).replace(/^\[|\]$/g, '')
  return { host, port: Number(address.slice(at + 1)), send, expect, name }
}

function toHttpEntry(
  entry: HttpOptions,
  context: SourceContext,
  authorities: Authorities,
): HttpEntry {
  const { url, name, timeout = '5s', method = 'GET' } = entry
  const matcherOf = bodyMatcher(entry)
  return {
    server: serverOf(url),
    method,
    name,
    timeoutMs: parseDurationMs(timeout),
    async prepare(): Promise<HttpCheck> {
      const { expectStatus } = entry
      const headers = await readHeaders(entry, context.environment)
      return {
        url: new URL(url),
        method,
        isGoodStatus: (status) =>
          expectStatus === undefined
            ? status >= 200 && status < 400
            : expectStatus.includes(status),
        matches: await matcherOf(),
        followRedirects: entry.followRedirects ?? false,
        headers,
        trust: {
          secureContext: await authorities.context(
            url.startsWith('https:') ? entry.caFile : undefined,
          ),
          serverName: entry.serverName,
          pinSha256: entry.pinSha256?.replaceAll(':', '').toLowerCase(),
        },
      }
    },
  }
}

/** @throws ProbeError UNREADABLE */
async function readHeaders(
  { headers = [] }: HttpOptions,
  environment: SourceContext['environment'],
): Promise<Readonly<Record<string, string>>> {
  const read: Record<string, string> = {}
  for (const { name, value, secret } of headers) {
    try {
      read[name] =
        secret === undefined ? (value ?? '') : (await readSecret(secret, environment)).reveal()
    } catch (error) {
      if (error instanceof SecretError)
        throw new ProbeError('UNREADABLE', error.text, { cause: error })
      throw error
    }
  }
  return read
}

/** What certificates are checked against, by caFile: made once an hour, for the system's roots are a hundred and more. */
class Authorities {
  readonly #clocks: SourceContext['clocks']
  readonly #contexts = new Map<string, { readonly atMs: number; readonly context: SecureContext }>()

  constructor({ clocks }: Pick<SourceContext, 'clocks'>) {
    this.#clocks = clocks
  }

  /** @throws ProbeError UNREADABLE where the file is */
  async context(caFile: string | undefined): Promise<SecureContext> {
    const nowMs = this.#clocks.monotonicMs()
    const known = this.#contexts.get(caFile ?? '')
    if (known !== undefined && nowMs - known.atMs < READ_AGAIN_MS) return known.context
    const context = createSecureContext({ ca: [...(await readTrustedRoots(caFile))] })
    this.#contexts.set(caFile ?? '', { atMs: nowMs, context })
    return context
  }
}
