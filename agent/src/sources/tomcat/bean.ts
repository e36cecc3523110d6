import { ProbeError } from '../../probe.ts'
import { unquote } from './tomcat-status.ts'

/** An MBean as the jmxproxy shows it, with those of its attributes that were asked for. */
export interface Bean {
  /** Key properties of its name, without quotes: type, name, context. */
  readonly properties: ReadonlyMap<string, string>
  readonly attributes: ReadonlyMap<string, string>
}

/**
 * Parses the answer to `qry`: blocks of `attribute: value`, each begun by `Name:`. Attributes that are not wanted are passed over at
 * once: a datasource shows its password among them.
 * @throws ProbeError UNPARSABLE
 */
export function parseBeans(text: string, wanted: readonly string[]): readonly Bean[] {
  if (!text.startsWith('OK'))
    throw new ProbeError('UNPARSABLE', {
      zh: 'jmxproxy 的应答不以 OK 开头',
      en: 'the jmxproxy’s answer does not begin with OK',
    })
  const names = new Set(wanted)
  const beans: { properties: Bean['properties']; attributes: Map<string, string> }[] = []
  for (const line of text.split(/\r?\n/).slice(1)) {
    const colon = line.indexOf(': ')
    if (colon <= 0) continue
    const name = line.slice(0, colon)
    const value = line.slice(colon + 2)
    if (name === 'Name' && isFirstOfBlock(value))
      beans.push({ properties: parseProperties(value), attributes: new Map() })
    else if (names.has(name)) beans.at(-1)?.attributes.set(name, value)
  }
  return beans
}

/** An MBean's name has a domain and a property; java.lang:type=Runtime has an attribute `Name` too, without them. */
function isFirstOfBlock(value: string): boolean {
  return /^[^:=,]*:[^=,]+=/.test(value)
}

/** `Catalina:type=Manager,host=localhost,context=/app`; a quoted value may hold commas and quotes. */
function parseProperties(objectName: string): ReadonlyMap<string, string> {
  const text = objectName.slice(objectName.indexOf(':') + 1)
  return new Map(
    [...text.matchAll(/([^=,]+)=("(?:\\.|[^"\\])*"|[^,]*)/g)].map(([, key = '', value = '']) => [
      key,
      unquote(value),
    ]),
  )
}

/** The value after ` = ` in the answer to `get`. @throws ProbeError UNPARSABLE */
export function parseAttribute(text: string): number {
  const value = /^OK - Attribute get '[^']*' - .* = (-?\d+(?:\.\d+)?)\s*$/.exec(text)?.[1]
  if (value === undefined)
    throw new ProbeError('UNPARSABLE', {
      zh: 'jmxproxy 的应答中没有数字',
      en: 'the jmxproxy’s answer names no number',
    })
  return Number(value)
}

/** A number of a bean by the first of these names that it has; missing where it has none, or the number is negative. @throws ProbeError UNPARSABLE */
export function numberIn(bean: Bean, ...names: readonly string[]): number | undefined {
  const name = names.find((one) => bean.attributes.has(one))
  if (name === undefined) return undefined
  const text = bean.attributes.get(name) ?? ''
  const number = text.trim() === '' ? Number.NaN : Number(text)
  if (!Number.isFinite(number))
    throw new ProbeError('UNPARSABLE', {
      zh: `属性 ${name} 不是数字`,
      en: `attribute ${name} is no number`,
    })
  return number < 0 ? undefined : number
}

/** `used` of a MemoryUsage, in the short form of newer releases and the long one of older. */
export function usedIn(bean: Bean, name: string): number | undefined {
  const used = /[{ ,]used=(\d+)/.exec(bean.attributes.get(name) ?? '')?.[1]
  return used === undefined ? undefined : Number(used)
}
