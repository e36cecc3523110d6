import { lookup, type LookupAddress } from 'node:dns'
import type { LookupFunction } from 'node:net'

type Answer = (error: Error | null, found: readonly LookupAddress[]) => void

/** Who waits for a name that is being asked for. */
const waiting = new Map<string, Answer[]>()

/**
 * For `lookup` of net.connect(): one question at a time for a name. The system's resolver can't be interrupted; where no DNS server answers,
 * checks that give up after seconds and ask again every minute would line up before it without end.
 */
export const lookUpOnce: LookupFunction = (hostname, options, callback) => {
  const answer: Answer = (error, found) => {
    const [first] = found
    if (options.all === true) callback(error, [...found])
    else callback(error, first?.address ?? '', first?.family)
  }
  const key = `${hostname} ${JSON.stringify(options)}`
  const others = waiting.get(key)
  if (others !== undefined) {
    others.push(answer)
    return
  }
  waiting.set(key, [answer])
  lookup(hostname, { ...options, all: true }, (error, found) => {
    const answers = waiting.get(key) ?? []
    waiting.delete(key)
    for (const one of answers) one(error, error === null ? found : [])
  })
}
