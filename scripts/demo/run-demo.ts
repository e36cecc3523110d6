import { callControlSocket } from '@wardround/program'
import { setTimeout as pass } from 'node:timers/promises'
import { join } from 'node:path'
import { type DemoPlaces, stateOf } from './configuration.ts'
import { DAY_MS } from './faults.ts'
import { siteOf } from './site.ts'
import { SiteSender } from './site-sender.ts'
import { readStory, type Story, writeStory } from './story.ts'
import { LIVE_STEP_MS } from './timetable.ts'

export interface DemoRun {
  readonly places: DemoPlaces
  /** HOST:PORT where the collector listens. */
  readonly listening: string
  readonly story: Story
  /** Lines for whoever started it. */
  readonly say: (line: string) => void
  readonly stop: AbortSignal
}

const SAVE_EVERY_MS = 10_000
/** A day and no more has room in the oldest day file. */
const MARGIN_MS = 600_000

/** What to go on from: the last start, or a story that begins now, with so many days behind it. */
export async function beginStory(places: DemoPlaces, days: number, nowMs: number): Promise<Story> {
  const begun = await readStory(places)
  if (begun !== undefined) return begun
  return { bornMs: nowMs, sentUntilMs: nowMs - days * DAY_MS + MARGIN_MS, tokens: {} }
}

/** Sends what lies behind, then what is live, until it is stopped. @throws DemoRefusedError where the collector is no demo */
export async function runDemo({ places, listening, story, say, stop }: DemoRun): Promise<void> {
  const agents = siteOf(story.bornMs)
  const tokens = await tokensFor(
    places,
    agents.map(({ host }) => host),
    story,
  )
  let kept: Story = { ...story, tokens }
  await writeStory(places, kept)
  await using sender = await SiteSender.connect({
    agents,
    url: `ws://${listening}/agent/v1`,
    tokens: new Map(Object.entries(tokens)),
    nowMs: Date.now,
  })
  // what is under way then fails, and is sent again by the next start
  stop.addEventListener('abort', () => void sender[Symbol.asyncDispose]())
  const startedAt = performance.now()
  const fromMs = kept.sentUntilMs
  const untilMs = lastTick()
  const progress = progressOf(say, fromMs, untilMs)
  await sender.advance(fromMs, untilMs, { isStart: true, onProgress: progress })
  kept = { ...kept, sentUntilMs: untilMs }
  await writeStory(places, kept)
  const seconds = (performance.now() - startedAt) / 1000
  say(
    `演示数据已就绪：${sender.acknowledged.toLocaleString('en')} 个采样，用时 ${seconds.toFixed(0)} 秒；此后实时产生\n` +
      `  demo data are there: ${sender.acknowledged.toLocaleString('en')} samples in ${seconds.toFixed(0)} s; from now on live`,
  )
  await goOn(sender, places, kept, stop)
}

async function goOn(
  sender: SiteSender,
  places: DemoPlaces,
  from: Story,
  stop: AbortSignal,
): Promise<void> {
  let kept = from
  let savedAt = performance.now()
  while (!stop.aborted) {
    await pass(LIVE_STEP_MS - (Date.now() % LIVE_STEP_MS), undefined, { signal: stop }).catch(
      () => undefined,
    )
    const untilMs = lastTick()
    if (stop.aborted || untilMs <= kept.sentUntilMs) continue
    await sender.advance(kept.sentUntilMs, untilMs)
    kept = { ...kept, sentUntilMs: untilMs }
    if (performance.now() - savedAt < SAVE_EVERY_MS) continue
    savedAt = performance.now()
    await writeStory(places, kept)
  }
}

function lastTick(): number {
  return Math.floor(Date.now() / LIVE_STEP_MS) * LIVE_STEP_MS
}

/** Each agent's token, of the start before or new from the running collector. */
async function tokensFor(
  places: DemoPlaces,
  hosts: readonly string[],
  { tokens }: Story,
): Promise<Record<string, string>> {
  const all: Record<string, string> = {}
  for (const name of hosts) {
    const known = tokens[name]
    all[name] = known ?? (await createToken(places, name))
  }
  return all
}

async function createToken(places: DemoPlaces, name: string): Promise<string> {
  const answer = await callControlSocket(join(stateOf(places), 'control.sock'), 'token-create', {
    kind: 'agent',
    name,
  })
  if (typeof answer === 'object' && answer !== null && 'token' in answer)
    return String(answer.token)
  throw new Error('the collector gave no token')
}

/** A line for each tenth. */
function progressOf(
  say: (line: string) => void,
  fromMs: number,
  untilMs: number,
): (atMs: number) => void {
  let told = 0
  return (atMs) => {
    const tenth = Math.floor((10 * (atMs - fromMs)) / Math.max(1, untilMs - fromMs))
    if (tenth <= told || untilMs - fromMs < DAY_MS / 4) return
    told = tenth
    say(`演示数据 demo data: ${tenth * 10} %`)
  }
}
