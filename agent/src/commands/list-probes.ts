import { pickText, type Language, type LocalizedText } from '@wardround/program'
import type { Probe } from '../probe.ts'
import { PROBES } from '../probes.gen.ts'

/** `list-probes`: every probe, how often it runs, what it reads and needs, and whether this system has it. */
export function listProbes(language: Language): void {
  for (const probe of PROBES) process.stdout.write(`${describe(probe, language)}\n`)
}

const NOTHING = { zh: '无', en: 'none' }

function describe(probe: Probe, language: Language): string {
  const say = (text: string | LocalizedText) =>
    typeof text === 'string' ? text : pickText(text, language)
  const platforms: readonly string[] = probe.platforms
  const here = platforms.includes(process.platform)
  const note = here ? '' : say({ zh: '（本系统没有）', en: ' (not on this system)' })
  const lines = [
    `${probe.name}${note}  ${probe.everySeconds}s`,
    `  ${say(probe.help)}`,
    `  ${say({ zh: '读取：', en: 'reads: ' })}${say(probe.reads)}`,
    `  ${say({ zh: '权限：', en: 'needs: ' })}${say(probe.needs === 'none' ? NOTHING : probe.needs)}`,
  ]
  return lines.join('\n')
}
