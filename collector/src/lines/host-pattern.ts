import { MAX_NAME_BYTES } from '@wardround/protocol'
import { isTokenName } from '../control/token-request.ts'

/** Names of hosts, and patterns of them: `*` stands for any letters, also none. */
const HOST_OR_PATTERN = /^[\p{L}\p{N}*][\p{L}\p{N}._*-]{0,252}$/u

export function isHostOrPattern(text: string): boolean {
  return HOST_OR_PATTERN.test(text)
}

/** What the tag `host` of a line may be: what an agent's host may be called. */
export function isHostName(text: string): boolean {
  return isTokenName(text) && Buffer.byteLength(text) <= MAX_NAME_BYTES
}

export function isPattern(text: string): boolean {
  return text.includes('*')
}

/** In steps of at most text × pattern: no pattern makes it slow. */
export function fitsPattern(text: string, pattern: string): boolean {
  let at = 0
  let place = 0
  /** Where the newest `*` stands, and how far into the text it reaches. */
  let star = -1
  let reach = 0
  while (at < text.length) {
    if (pattern[place] === '*') {
      star = place++
      reach = at
    } else if (pattern[place] === text[at]) {
      place++
      at++
    } else if (star >= 0) {
      place = star + 1
      at = ++reach
    } else return false
  }
  while (pattern[place] === '*') place++
  return place === pattern.length
}
