/** Whether a name is as a pattern of `*` (any text) and `?` (one character) says; in time of name × pattern at worst. */
export function matchesWildcard(name: string, pattern: string): boolean {
  let at = 0
  let star = -1
  let resume = 0
  let n = 0
  while (n < name.length) {
    if (pattern[at] === '*') {
      star = at++
      resume = n
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === name[n])) {
      at++
      n++
    } else if (star >= 0) {
      at = star + 1
      n = ++resume
    } else return false
  }
  while (pattern[at] === '*') at++
  return at === pattern.length
}
