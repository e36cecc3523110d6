import { basename } from 'node:path'
import type { LocalizedText } from '@wardround/protocol'
import type { Found, FoundInstance } from './found-instance.ts'
import type { MachineView, SeenProcess } from './machine-view.ts'

const BASE = '-Dcatalina.base='
const HTTP_PORTS = [8080, 80, 8443, 443]

/** Tomcat: Java processes with a catalina.base, their connectors from server.xml, else from what they are seen to listen on. */
export function findTomcat(machine: MachineView): Found {
  const bases = new Map<string, SeenProcess>()
  // Under jsvc two processes have the same arguments; the later one is the JVM.
  for (const process of machine.processes) {
    const base = baseOf(process)
    if (base !== undefined) bases.set(base, process)
  }
  return {
    instances: [...bases].map(([base, process]) => toInstance(machine, base, process)),
    asides: [],
  }
}

function baseOf({ commandLine: [program = '', ...words] }: SeenProcess): string | undefined {
  if (!/^(?:java|jsvc)/.test(basename(program))) return undefined
  return words
    .find((word) => word.startsWith(BASE))
    ?.slice(BASE.length)
    .replace(/(?<=.)\/+$/, '')
}

function toInstance(machine: MachineView, base: string, process: SeenProcess): FoundInstance {
  const file = `${base}/conf/server.xml`
  const text = machine.read(file)
  const connectors = text === undefined ? [] : parseConnectors(text, process.commandLine)
  const [connector] = connectors
  const seen = connector ?? findSeen(machine, process)
  const notes: LocalizedText[] = []
  if (text === undefined)
    notes.push({
      zh: `无法读取 ${file}，请核对端口（可将采集代理的用户加入 Tomcat 的组）`,
      en: `${file} can’t be read, please check the port (the agent’s user may join Tomcat’s group)`,
    })
  return {
    type: 'tomcat',
    about: {
      zh: `Tomcat（进程 ${process.pid}，${base}）`,
      en: `Tomcat (process ${process.pid}, ${base})`,
    },
    instance: basename(base),
    connect: `${seen.isSecure ? 'https' : 'http'}://127.0.0.1:${seen.port}`,
    needsAccount: false,
    options: { catalinaBase: base },
    notes,
  }
}

/** One way in. */
interface Connector {
  readonly port: number
  readonly isSecure: boolean
}

/** HTTP connectors of server.xml, plain ones first; AJP is none. `${…}` is what the JVM was started with. */
function parseConnectors(serverXml: string, commandLine: readonly string[]): Connector[] {
  const plain = serverXml.replaceAll(/<!--[^]*?-->/g, '')
  const connectors = [...plain.matchAll(/<Connector\s([^<>]*)>/g)].flatMap(([, text = '']) => {
    const [port, protocol] = ['port', 'protocol'].map((name) =>
      attributeOf(text, name, commandLine),
    )
    if (port === undefined || !/^[1-9]\d{0,4}$/.test(port) || /ajp/i.test(protocol ?? '')) return []
    return [
      { port: Number(port), isSecure: attributeOf(text, 'SSLEnabled', commandLine) === 'true' },
    ]
  })
  return connectors.sort((a, b) => Number(a.isSecure) - Number(b.isSecure))
}

function attributeOf(
  text: string,
  name: string,
  commandLine: readonly string[],
): string | undefined {
  const [, quoted, single] =
    new RegExp(`\\b${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(text) ?? []
  return (quoted ?? single)?.replaceAll(
    /\$\{([^}:]+)(?::-([^}]*))?\}/g,
    (_all, property: string, or: string | undefined) => {
      const word = commandLine.find((one) => one.startsWith(`-D${property}=`))
      return word?.slice(property.length + 3) ?? or ?? ''
    },
  )
}

function findSeen(machine: MachineView, process: SeenProcess): Connector {
  const ports = machine.listenersOf(process).listeners.map(({ port }) => port)
  const port = HTTP_PORTS.find((usual) => ports.includes(usual)) ?? ports.at(-1) ?? 8080
  return { port, isSecure: port === 8443 || port === 443 }
}
