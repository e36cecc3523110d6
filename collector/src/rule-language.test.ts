import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { rulesFromYaml } from './rules/testing/rules-from-yaml.ts'

test.each(['rule-language.md', 'rule-language.zh-CN.md'])(
  'every rule of docs/%s is taken',
  async (name) => {
    const text = await readFile(new URL(`../../docs/${name}`, import.meta.url), 'utf8')
    const blocks = [...text.matchAll(/^```yaml\n(- id:[\s\S]*?)^```/gm)].map(
      ([, block = '']) => block,
    )
    expect(blocks.length).toBeGreaterThan(1)
    for (const block of blocks) {
      const rules = block.trimEnd().replaceAll('\n', '\n  ')
      expect(rulesFromYaml(`rules:\n  ${rules}\n`).definitions.size).toBeGreaterThan(0)
    }
  },
)
