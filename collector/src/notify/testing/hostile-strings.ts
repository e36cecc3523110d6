/** What once broke out of something: each stands in many of the strings. */
const SEEDS = [
  '\r\nBcc: all@example.org',
  '\r\n.\r\nMAIL FROM:<x@example.org>',
  '\r\n\r\n<script>alert(1)</script>',
  '\u001b[31mred\u001b[0m',
  '\u001b]8;;http://evil\u0007x',
  '\u009b2J',
  '{{title}}',
  '{{alert.labels.host}}',
  '$HOME',
  '`id`',
  '$(id)',
  '; rm -rf /',
  '{phone}',
  '-oProxyCommand=x',
  '"}],"msgtype":"text"',
  '",severity="critical',
  "'; DROP TABLE notification_outbox; --",
  '\\" OR 1=1 --',
  '../../../../etc/passwd',
  '..\\..\\x',
  'a/b\u0000c',
  '%2e%2e%2f',
  '%0d%0aX-Evil: 1',
  '=cmd|calc!A0',
  '@all',
  '@所有人',
  '<@all>',
  '<at id=all></at>',
  '<font color="info">x</font>',
  '[x](http://evil)',
  '![x](http://evil/p.png)',
  '**bold**',
  '# title',
  '\n- item',
  '\n> quote',
  '<img src=x onerror=alert(1)>',
  '"><svg onload=alert(1)>',
  'javascript:alert(1)',
  '&lt;b&gt;',
  '\u202egnp.exe',
  '\u2028next',
  '\u2029next',
  '\ufeffbom',
  '\ud83d',
  '\udc00\ud800',
  '👨‍👩‍👧‍👦',
  '𠮷',
  '值班\n服务中断',
  '=?utf-8?Q?x=0D=0ABcc:_a@b?=',
  '__proto__',
  'constructor',
]

/** So many strings of unknown origin, the same on every run: seeds, bits of them, and characters of all kinds between. */
export function hostileStrings(count: number): string[] {
  const random = xorshift(0x9e3779b9)
  const seed = () => SEEDS[random(SEEDS.length)] ?? ''
  const noise = () =>
    Array.from({ length: random(12) }, () =>
      String.fromCodePoint(random(random(4) === 0 ? 0x110000 : 0x80)),
    ).join('')
  const made = Array.from({ length: count }, () => {
    const parts = [noise(), seed(), noise(), random(2) === 0 ? seed() : '', noise()]
    return parts.join('').slice(random(3))
  })
  return [...SEEDS, ...made].slice(0, count)
}

/** Numbers from 0 to below the one that is asked for. */
function xorshift(start: number): (below: number) => number {
  let state = start
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}
