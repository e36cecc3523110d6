import { readFile } from 'node:fs/promises'
import { checkYaml } from '@wardround/program'
import { expect, test } from 'vitest'
import { CollectorConfig } from '../../config.ts'
import { CHANNEL_KINDS } from './kinds.ts'
import { VIEW_NAMES } from './notice-view.ts'

test.each(['notifications.md', 'notifications.zh-CN.md'])(
  'docs/%s has an example of every kind that a start would take, and every name of templates',
  async (file) => {
    const text = await readFile(new URL(`../../../../docs/${file}`, import.meta.url), 'utf8')
    const examples = [...text.matchAll(/```yaml\n([^]*?)```/g)].map(([, yaml = '']) => yaml)
    const kinds = examples.flatMap((yaml) =>
      checkYaml(CollectorConfig, { file, text: yaml }).value.notify.channels.map(
        ({ type }) => type,
      ),
    )
    expect([...new Set(kinds)].sort()).toEqual(CHANNEL_KINDS.map(({ type }) => type).sort())
    const missing = VIEW_NAMES.filter(
      (name) => name !== 'alert' && !text.includes(`\`${name.replace('*', '')}`),
    )
    expect(missing).toEqual([])
  },
)
