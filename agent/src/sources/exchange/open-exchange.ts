import { parseDurationMs } from '@wardround/program/running'
import { asList } from '../../as-list.ts'
import { asRecord } from '../../as-record.ts'
import type { Session, SourceContext } from '../../source.ts'
import { SourceMemory } from '../../source-memory.ts'
import { DATABASE_KINDS } from '../database/database-options.ts'
import { openDatabase, type Database } from '../database/open-database.ts'
import type { SiteStatement } from '../database/site-statement.ts'
import { DatabaseEnd, DatabaseStatements, MOST_UNITS } from './database-end.ts'
import { ExchangeCounter, type End, type ExchangeParts, type OnSide } from './exchange-counter.ts'
import type { ExchangeSession } from './exchange-session.ts'
import { SIDES } from './exchange-options.ts'
import { ExchangeWatch } from './exchange-watch.ts'
import { FileEnd } from './file-end.ts'
import { HttpEnd } from './http-end.ts'

type Side = (typeof SIDES)[number]

/** @param context its options checked, defaults filled in */
export async function openExchange(context: SourceContext): Promise<Session<ExchangeSession>> {
  const { options } = context
  const timing = {
    timeoutMs: parseDurationMs(String(options['timeout'])),
    timeZone: String(options['timezone']),
  }
  const made = makeStatements(options, timing.timeoutMs)
  const opened = {
    from: await openEnd('from', context, made, timing),
    to: await openEnd('to', context, made, timing),
  }
  const parts: ExchangeParts = {
    from: opened.from.end,
    to: opened.to.end,
    quality: made.quality,
    units: made.units,
  }
  const databases = SIDES.flatMap((side) => opened[side].database ?? [])
  const watch = await ExchangeWatch.open(new ExchangeCounter(parts, timing.timeZone), context)
  return {
    session: {
      flow: String(options['flow']),
      async count(signal) {
        try {
          return await watch.count(signal)
        } finally {
          tellStanding(context, databases)
        }
      },
    },
    subject: '',
    cut: () => databases.forEach((database) => database.cut()),
    resume: () => databases.forEach((database) => database.resume()),
    async [Symbol.asyncDispose]() {
      for (const database of databases) await database[Symbol.asyncDispose]()
    },
  }
}

/** The page shows one row for both ends: what is wrong with either, and what was asked of both. */
function tellStanding({ standing, memory }: SourceContext, databases: readonly Database[]): void {
  if (memory.pausedSinceMs !== undefined) return
  const bad = databases.find(({ standing: own }) => ['failing', 'refused'].includes(own.state))
  standing.enter(bad?.standing.state ?? 'working', bad?.standing.reason)
  for (const name of ['connections', 'statements', 'failures', 'busyMs'] as const)
    standing.counts[name] = databases.reduce(
      (sum, database) => sum + database.standing.counts[name],
      0,
    )
}

interface Made {
  readonly statements: Readonly<Record<Side, DatabaseStatements | undefined>>
  readonly counts: Readonly<Record<Side, Readonly<Record<string, SiteStatement>>>>
  readonly quality: readonly ({ readonly name: string } & OnSide)[]
  readonly units: ExchangeParts['units']
}

/** All statements of the entry, each for the product that it goes to. */
function makeStatements(options: Readonly<Record<string, unknown>>, timeoutMs: number): Made {
  const flow = String(options['flow'])
  const of = (side: Side): DatabaseStatements | undefined => {
    const kind = DATABASE_KINDS.find((name) => name === asRecord(options[side])['type'])
    return kind === undefined ? undefined : new DatabaseStatements(kind, timeoutMs)
  }
  const statements = { from: of('from'), to: of('to') }
  const on = (side: unknown): { side: Side; made: DatabaseStatements } => {
    const named: Side = side === 'from' ? 'from' : 'to'
    const made = statements[named]
    if (made === undefined) throw new TypeError(`the end "${named}" of ${flow} is no database`)
    return { side: named, made }
  }
  const countsOf = (side: Side) =>
    Object.fromEntries(
      ['statement', 'failed', 'pending'].flatMap((name) => {
        const text = asRecord(options[side])[name]
        const made = statements[side]
        if (typeof text !== 'string' || made === undefined) return []
        return [[name, made.add(`exchange.${flow}.${side}.${name}`, text)]]
      }),
    )
  const quality = asList(options['quality']).map((entry) => {
    const { name, on: side, statement } = asRecord(entry)
    const { side: named, made } = on(side)
    const id = `exchange.${flow}.quality.${String(name)}`
    return { name: String(name), side: named, asked: made.add(id, String(statement)) }
  })
  return {
    statements,
    counts: { from: countsOf('from'), to: countsOf('to') },
    quality,
    units: makeUnits(flow, options['units'], on),
  }
}

function makeUnits(
  flow: string,
  units: unknown,
  on: (side: unknown) => { side: Side; made: DatabaseStatements },
): ExchangeParts['units'] {
  if (units === undefined) return undefined
  const { expected, expectedFile, reported, on: side } = asRecord(units)
  const { side: named, made } = on(side)
  const add = (part: string, text: unknown) => ({
    side: named,
    asked: made.add(`exchange.${flow}.units.${part}`, String(text), MOST_UNITS),
  })
  return {
    expected: typeof expectedFile === 'string' ? { file: expectedFile } : add('expected', expected),
    reported: add('reported', reported),
  }
}

interface OpenedEnd {
  readonly end: End
  readonly database: Database | undefined
}

async function openEnd(
  side: Side,
  context: SourceContext,
  made: Made,
  timing: { readonly timeoutMs: number; readonly timeZone: string },
): Promise<OpenedEnd> {
  const options = asRecord(context.options[side])
  const kind = DATABASE_KINDS.find((name) => name === options['type'])
  if (kind === undefined) {
    const end =
      options['type'] === 'http'
        ? new HttpEnd(options, context, timing)
        : new FileEnd(options, timing.timeZone)
    return { end: { database: undefined, counts: {}, other: end }, database: undefined }
  }
  // Refusals of one end say nothing of the other's account.
  const memory = await SourceMemory.open(context.memory.directory, `${context.name}.${side}`)
  const statements = (made.statements[side]?.all ?? []).map(({ statement }) => statement)
  const database = openDatabase({ kind, options, statements, memory }, context)
  const resumable = {
    ...database,
    resume() {
      void memory.setRefusal(undefined).catch(() => undefined) // it counts at once; a restart tries once more at worst
      database.resume()
    },
  }
  const end = new DatabaseEnd(database, kind, timing.timeZone)
  return {
    end: { database: end, counts: made.counts[side], other: undefined },
    database: resumable,
  }
}
