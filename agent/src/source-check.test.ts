import { checkYaml, ConfigError } from '@wardround/program'
import { describe, expect, test } from 'vitest'

import { AgentConfig } from './config.ts'
import { resolveSettings } from './settings.ts'

const COLLECTOR = 'collector: {url: ws://127.0.0.1:8470/agent/v1, token: {env: TOKEN}}\n'

/** Names of the sources, or what is wrong with them. */
function sourcesOf(...entries: string[]): readonly string[] | string {
  const text = `${COLLECTOR}sources:\n${entries.map((entry) => `  - {${entry}}\n`).join('')}`
  try {
    const settings = resolveSettings(checkYaml(AgentConfig, { file: 'agent.yaml', text }))
    return settings.sources.filter(({ type }) => type === 'backup').map(({ name }) => name)
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
}

describe('a job and its copies', () => {
  const job = 'type: backup, job: his, tool: report, schedule: 1d'

  test('each copy is an entry with a name of its own', () => {
    expect(sourcesOf(job, `${job}, copy: 2, name: his-nas`)).toEqual(['his', 'his-nas'])
  })

  test.each([`${job}, name: other`, `${job}, name: other, copy: 1`])(
    '%s is the first copy again',
    (entry) => {
      expect(sourcesOf(job, entry)).toContain('source "his" has job: his already')
    },
  )

  test('a copy without a name of its own', () => {
    expect(sourcesOf(job, `${job}, copy: 2`)).toContain('source "his" is given twice')
  })
})
