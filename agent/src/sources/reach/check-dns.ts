import { Resolver } from 'node:dns/promises'
import { errorCodeOf } from '@wardround/program/error-code'

export interface DnsCheck {
  readonly name: string
  readonly type: string
  readonly server: string | undefined
}

/** Order is Telegraf's result_code of dns_query. */
export const DNS_RESULTS = ['success', 'timeout', 'error'] as const

export interface DnsResult {
  readonly result: (typeof DNS_RESULTS)[number]
  readonly queryMs: number | undefined
  /** As in RFC 1035; undefined without an answer. */
  readonly rcode: number | undefined
  readonly answers: number | undefined
}

const RCODES: Readonly<Record<string, number>> = {
  ENODATA: 0,
  EFORMERR: 1,
  ESERVFAIL: 2,
  ENOTFOUND: 3,
  ENOTIMP: 4,
  EREFUSED: 5,
}
const TIMEOUTS = new Set(['ETIMEOUT', 'ECANCELLED'])

/** Asks once. Never rejects. */
export async function checkDns(
  check: DnsCheck,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<DnsResult> {
  const resolver = new Resolver({ timeout: timeoutMs, tries: 1 })
  if (check.server !== undefined) resolver.setServers([check.server])
  const cancel = () => resolver.cancel()
  signal.addEventListener('abort', cancel, { once: true })
  const timer = setTimeout(cancel, timeoutMs) // c-ares counts its own time per server
  const startedMs = performance.now()
  try {
    const query = resolver.resolve(check.name, check.type)
    if (signal.aborted) cancel()
    const answers: unknown = await query
    const queryMs = performance.now() - startedMs
    return {
      result: 'success',
      queryMs,
      rcode: 0,
      answers: Array.isArray(answers) ? answers.length : 1,
    }
  } catch (error) {
    const code = errorCodeOf(error) ?? ''
    if (TIMEOUTS.has(code))
      return { result: 'timeout', queryMs: undefined, rcode: undefined, answers: undefined }
    const rcode = RCODES[code]
    const queryMs = rcode === undefined ? undefined : performance.now() - startedMs
    return { result: 'error', queryMs, rcode, answers: rcode === undefined ? undefined : 0 }
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', cancel)
  }
}
