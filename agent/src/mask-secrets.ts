import { isSecretName, SECRET_NAME } from './secret-names.ts'

export const MASK = '***'

/*
 * Expressions begin with what is rare, not with what may stand before it, and each repetition is bounded or ends where the next match could
 * begin: so they take time in proportion to the text. In doubt too much is masked.
 */

/** A name, from its telling part to its end. That of a Java exception is none. */
const NAME = String.raw`(?:${SECRET_NAME})(?!\w{0,60}(?:Exception|Error)\b)[\w.:$-]{0,60}`

/** What follows the value of an attribute. */
const AFTER = String.raw`(?:\s{0,9}[/?]?>|\s{1,9}[\w:.-]{1,60}\s{0,9}=)`

/** In quotes, which may be escaped inside. In XML a backslash is a letter: there the quote ends what an attribute or a tag's end follows. */
const QUOTED = ['"', "'"]
  .map(
    (quote) =>
      String.raw`${quote}(?:[^${quote}\\]|\\(?!${quote})|\\${quote}(?!${AFTER})|\\(?=${quote}${AFTER})|${quote}${quote}(?=\w))*${quote}|${quote}[^\n]*`,
  )
  .join('|')

/** Up to a blank. A comma, an ampersand and the like end it only where something new follows: passwords have them, too. */
const BARE = [
  String.raw`[^\s"'&;,)<\\，；]`,
  String.raw`\\["'](?:[^"'\\\n]|\\(?!["']))*(?:\\["'])?`,
  String.raw`\\(?!["'])`,
  String.raw`["'](?=[^\s/>,;:)\]}&|?"'\\])`,
  String.raw`&(?!(?:amp;)?[\w.-]{1,60}=)`,
  String.raw`;(?!\s|$|[\w.-]{1,60}=)`,
  String.raw`,(?!\s|$|["']|[\w.-]{1,60}\s{0,3}[=:])`,
  String.raw`\)(?![\s)(,;]|$)`,
  '<(?!/)',
].join('|')

/** `=`, `:`, `->` and what else may stand between name and value. */
const BETWEEN = String.raw`(?:\\?["'])?(?:\s{0,99}(?:=>|->|:=|[=:：＝]|%3d)(?:\s{0,99}(?=["'])|[ \t]{0,99})|[ \t]{0,9}(?=\[)|(?:为|是(?!否))[ \t]{0,9})`

const NAMED = new RegExp(
  String.raw`(${NAME}${BETWEEN})(?:(?:basic|bearer|digest|negotiate)[ \t]{1,9})?(${QUOTED}|\[[^\]\n]*\]?|(?:${BARE})+)`,
  'gi',
)

/** `<name>password</name> <value>…</value>`, as web.xml names its parameters; its type may stand between them. */
const PARAMETER = new RegExp(
  String.raw`(${NAME}\s{0,20}</(?:param|env-entry)-name>\s{0,200}(?:<(?:description|env-entry-type)>[^<]{0,400}</[\w-]{0,40}>\s{0,200}){0,2}<(?:param|env-entry)-value>)[^<]*`,
  'gi',
)

/** `<password>…</password>` */
const ELEMENT = new RegExp(
  String.raw`(<[\w.:-]{0,60}${NAME}(?:\s[^<>]{0,200})?>\s{0,200})(?:<!\[CDATA\[(?:[^\]]|\](?!\]>))*|[^<\s][^<]*)`,
  'gi',
)

/** An attribute that names a secret. */
const NAMING = String.raw`(?:name|key|id)\s{0,20}=\s{0,20}["'][\w.:/-]{0,100}${NAME}["']`

/** `<Environment name="db.password" value="…"/>`: the attribute is called value. */
const TAG = /<[A-Za-z](?:[^<>"']|"[^"<]*"|'[^'<]*'){1,4000}>/g
const NAMES_SECRET = new RegExp(String.raw`\b${NAMING}`, 'i')
/** `<entry key="db.password">…</entry>`, `<property name="password"><value>…` */
const TAGGED = new RegExp(
  String.raw`(<[A-Za-z][\w.:-]{0,60}\s(?:[^<>]{0,200}\s)?${NAMING}[^<>]{0,200}>\s{0,200}(?:<value>\s{0,200})?)[^<\s][^<]*`,
  'gi',
)
const VALUE = /(\bvalue\s{0,20}=\s{0,20})("[^"]*"|'[^']*')/gi

/** `--password value`, `-storepass value`, in a shell's line. */
const SWITCH = new RegExp(
  String.raw`((?:^|\s)--?[\w.-]{0,40}${NAME}[ \t]{1,20})(?![-=])(?:"[^"\n]*"|'[^'\n]*'|\S+)`,
  'gim',
)
const USER_SWITCH = /((?:^|\s)(?:-u|--user)[ =]?["']?[^\s:"']{1,64}:)[^\s"']+/gm

const MYSQL_SWITCH = /(\b(?:mysql|mariadb)[\w-]{0,20}\s(?:[^\n]{0,200}?\s)?-p)(?![\s-])[^\s"']+/g
/** `sqlplus user/password`, without a service behind it. */
const CLIENT_LOGON =
  /(\b(?:conn|connect|sqlplus|expdp|impdp|exp|imp|rman|target|userid)(?:\s{1,9}-\w{1,9}){0,3}[\s=]{1,9}["']?[\w$#]{1,30}\/)[^\s"'@]+/gi
const BEARER = /(\bbearer[ \t]{1,9})[\w.~+/=-]{16,}/gi

/** A line of a request's head. */
const AUTHORIZATION = /(authorization\\?["']?\s{0,20}[:=]\s{0,20})("[^"]*"?|'[^']*'?|[^\n]+)/gi
const COOKIE = /(\bcookie\\?["']?\s{0,20}[:=]\s{0,20})("[^"]*"?|'[^']*'?|[^\n]+)/gi

/** `//user:password@host`, Oracle's `thin:user/password@` and `user/password@service`. */
const URL_PASSWORD = /(:\/\/[^\s/:@"'<>]{0,100}:)[^\s/"'<>]{0,200}@/g
const JDBC_PASSWORD = /(:(?:thin|oci8?|kprb):[^\s/:@"'<>]{1,128}\/)[^\s"'<>]{1,128}@/gi
const LOGON =
  /((?<![\w$#/])[\w$#]{1,30}(?:\[[^\]\s]{1,30}\])?\/)(?:"[^"\n]{1,64}"|[^\s@/"'<>]{1,64})@/g

const IDENTIFIED =
  /(identified\s{1,99}(?:with\s{1,99}\S{1,64}\s{1,99})?(?:by|as)\s{1,99})(?:values\s{1,99})?(?:"[^"\n]*"?|'[^'\n]*'?|[^\s"';]+)/gi
const PRIVATE_KEY =
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g

/** Takes the secrets out of a configuration file, a command line, a setting or a log, and leaves the rest as it is written. */
export function maskSecrets(text: string): string {
  return text
    .replace(PRIVATE_KEY, MASK)
    .replace(PARAMETER, `$1${MASK}`)
    .replace(ELEMENT, `$1${MASK}`)
    .replace(TAG, maskTag)
    .replace(TAGGED, `$1${MASK}`)
    .replace(AUTHORIZATION, maskNamed)
    .replace(COOKIE, maskNamed)
    .replace(NAMED, maskNamed)
    .replace(SWITCH, `$1${MASK}`)
    .replace(USER_SWITCH, `$1${MASK}`)
    .replace(MYSQL_SWITCH, `$1${MASK}`)
    .replace(CLIENT_LOGON, `$1${MASK}`)
    .replace(BEARER, `$1${MASK}`)
    .replace(IDENTIFIED, `$1${MASK}`)
    .replace(URL_PASSWORD, `$1${MASK}@`)
    .replace(JDBC_PASSWORD, `$1${MASK}@`)
    .replace(LOGON, `$1${MASK}@`)
}

/** `password abc`: nobody says so in a setting but for one that is a secret. */
const SPOKEN = new RegExp(String.raw`${NAME}\s{1,99}\S`, 'i')

/** The value of a server's setting. */
export function maskSetting(name: string, value: string): string {
  if (value === '') return value
  return isSecretName(name) || SPOKEN.test(value) ? MASK : maskSecrets(value)
}

/** Arguments of a program; one that is the name of a secret masks the next. */
export function maskArguments(given: readonly string[]): readonly string[] {
  return given.map((argument, at) => {
    const before = given[at - 1] ?? ''
    return SECRET_SWITCH.test(before) ? MASK : maskArgument(argument)
  })
}

const SECRET_SWITCH = new RegExp(String.raw`^--?[\w.-]{0,40}${NAME}$`, 'i')
const WHOLE_ARGUMENT = new RegExp(String.raw`^([\w.:-]{0,100}${NAME}=)`, 'i')

/** The value of an argument may hold blanks: all of it goes. */
function maskArgument(argument: string): string {
  const name = WHOLE_ARGUMENT.exec(argument)?.[1]
  return name === undefined ? maskSecrets(argument) : `${name}${MASK}`
}

function maskTag(tag: string): string {
  return NAMES_SECRET.test(tag) ? tag.replace(VALUE, maskNamed) : tag
}

/** Quotes and brackets stay. */
function maskNamed(_all: string, name: string, value: string): string {
  const open = /^["'[]/.exec(value)?.[0]
  if (open === undefined) return `${name}${MASK}`
  const close = open === '[' ? ']' : open
  return `${name}${open}${MASK}${value.length > 1 && value.endsWith(close) ? close : ''}`
}
