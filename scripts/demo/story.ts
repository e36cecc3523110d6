import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DemoPlaces } from './configuration.ts'

/** What a demo must remember from start to start. */
export interface Story {
  /** When it was first started: what goes wrong is told from there. */
  readonly bornMs: number
  /** Until when everything was sent and is durable. */
  readonly sentUntilMs: number
  /** Of the simulated agents, by host. */
  readonly tokens: Readonly<Record<string, string>>
}

const FILE = 'story.json'

/** Undefined: there was no start yet, or nothing was made durable. */
export async function readStory({ directory }: DemoPlaces): Promise<Story | undefined> {
  const text = await readFile(join(directory, FILE), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const value: unknown = JSON.parse(text)
  return isStory(value) ? value : undefined
}

/** In one step, so that a kill leaves the one before. */
export async function writeStory({ directory }: DemoPlaces, story: Story): Promise<void> {
  const file = join(directory, FILE)
  await writeFile(`${file}.new`, `${JSON.stringify(story)}\n`, { mode: 0o600 })
  await rename(`${file}.new`, file)
}

function isStory(value: unknown): value is Story {
  return (
    typeof value === 'object' &&
    value !== null &&
    'bornMs' in value &&
    'sentUntilMs' in value &&
    'tokens' in value
  )
}
