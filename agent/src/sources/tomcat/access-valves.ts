import { withoutBlocks } from '../../without-blocks.ts'

/** An AccessLogValve of server.xml, with Tomcat's own defaults. */
export interface AccessValve {
  /** Below CATALINA_BASE unless absolute. */
  readonly directory: string
  readonly prefix: string
  readonly suffix: string
  /** As Java's SimpleDateFormat; '' where the file has no date. */
  readonly dateFormat: string
  readonly pattern: string
}

/** Of a Tomcat as it is delivered, for where server.xml can't be read. */
export const DELIVERED_VALVE: AccessValve = {
  directory: 'logs',
  prefix: 'localhost_access_log',
  suffix: '.txt',
  dateFormat: '.yyyy-MM-dd',
  pattern: '%h %l %u %t "%r" %s %b',
}

const MAX_VALVES = 8

/** The valves that write access logs; JSON ones are not among them. */
export function findAccessValves(serverXml: string): AccessValve[] {
  const plain = withoutBlocks(serverXml, '<!--', '-->')
  const valves = [...plain.matchAll(/<Valve\s([^<>]*)>/g)].map(([, text = '']) =>
    attributesOf(text),
  )
  return valves
    .filter(({ className }) => /(?:^|\.)(?:Extended)?AccessLogValve$/.test(className ?? ''))
    .slice(0, MAX_VALVES)
    .map((found) => ({
      directory: found['directory'] ?? 'logs',
      prefix: found['prefix'] ?? 'access_log',
      suffix: found['suffix'] ?? '',
      dateFormat: found['rotatable'] === 'false' ? '' : (found['fileDateFormat'] ?? '.yyyy-MM-dd'),
      pattern: found['pattern'] ?? '',
    }))
}

function attributesOf(text: string): Record<string, string | undefined> {
  const pairs = [...text.matchAll(/([\w.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)]
  return Object.fromEntries(pairs.map(([, name = '', a, b]) => [name, decode(a ?? b ?? '')]))
}

function decode(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}
