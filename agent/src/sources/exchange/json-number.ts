import { ProbeError } from '../../probe.ts'

/** The number at a JSON pointer (RFC 6901) of an answer; one written as a text is taken, too. @throws ProbeError UNPARSABLE */
export function numberAt(json: string, pointer: string): number {
  const value = valueAt(parse(json), pointer)
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof number === 'number' && Number.isFinite(number) && number >= 0) return number
  const shown = (JSON.stringify(value) ?? 'nothing').slice(0, 100)
  throw new ProbeError('UNPARSABLE', {
    zh: `应答中 ${pointer} 处是 ${shown}，应为不小于 0 的数字`,
    en: `at ${pointer} the answer has ${shown}; expected a number from 0`,
  })
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (error) {
    throw new ProbeError(
      'UNPARSABLE',
      { zh: '应答不是 JSON', en: 'the answer is no JSON' },
      { cause: error },
    )
  }
}

function valueAt(value: unknown, pointer: string): unknown {
  let at = value
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined
    at = Object.getOwnPropertyDescriptor(at, name)?.value
  }
  return at
}
