import { hostname } from 'node:os'
import { pickText, type Language, type LocalizedText } from '@wardround/program'
import { discoverInstances } from '../discovery/discover-instances.ts'
import { formatAsides, formatSources } from '../discovery/discovered-yaml.ts'
import { MachineView } from '../discovery/machine-view.ts'

/** `discover`: databases and Tomcats that run on this machine, as YAML for agent.yaml. Reads /proc and files; changes, connects and starts nothing. */
export function discover(language: Language): void {
  const say = (text: LocalizedText) => pickText(text, language)
  process.stdout.write(describeMachine(new MachineView(), say, hostname()))
}

export function describeMachine(
  machine: MachineView,
  say: (text: LocalizedText) => string,
  host: string,
): string {
  const { instances, asides } = discoverInstances(machine)
  const head = instances.length === 0 ? NOTHING : FOUND
  const parts = [
    `# ${say(head)} (${host})`,
    ...(instances.length === 0 ? [] : [formatSources(instances, say)]),
    ...(asides.length === 0 ? [] : [formatAsides(asides, say)]),
  ]
  return `${parts.join('\n')}\n`
}

const FOUND = {
  zh: '在本机找到的实例；核对后粘贴到 agent.yaml，再运行 wardround-agent check-config',
  en: 'Instances found on this machine; check them, paste them into agent.yaml, then run wardround-agent check-config',
}
const NOTHING = {
  zh: '本机没有找到正在运行的 Oracle、PostgreSQL、MySQL/MariaDB 或 Tomcat',
  en: 'No Oracle, PostgreSQL, MySQL/MariaDB or Tomcat is seen to run on this machine',
}
