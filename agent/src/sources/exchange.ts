import type { SourceReference } from '../probe.ts'
import type { Source } from '../source.ts'
import { EXCHANGE_OPTIONS } from './exchange/exchange-options.ts'
import { findExchangeProblems } from './exchange/exchange-problems.ts'
import type { ExchangeSession } from './exchange/exchange-session.ts'

/** For `source:` of a probe. */
export const exchange: SourceReference<ExchangeSession> = { type: 'exchange' }

/** A flow of data between two ends: what one says it sent and the other that it received, in the same window of business time. */
export const exchangeSource: Source<ExchangeSession> = {
  type: 'exchange',
  platforms: ['linux', 'darwin', 'win32'],
  options: EXCHANGE_OPTIONS,
  required: ['flow', 'from', 'to'],
  statements: [],
  check: findExchangeProblems,
  async open(context) {
    const { openExchange } = await import('./exchange/open-exchange.ts')
    return openExchange(context)
  },
}
