const MASK = '***'

/**
 * What a name has that names a secret, and the rest of it: keystorePass, connectionPassword, requiredSecret, db.pwd, api-key. All
 * repetitions are bounded, so that no file takes longer than its length.
 */
const SECRET_NAME = String.raw`(?:pass(?!ive)|pwd|secret|credential|token|private[-_.]?key|api[-_.]?key|access[-_.]?key)[\w.:-]{0,60}`

/** `name="value"`, `name='value'` and `name=value` up to a blank, a quote, `&`, `;`, `,` or `<`. */
const NAMED = new RegExp(
  String.raw`(${SECRET_NAME}\s{0,20}=\s{0,20})("[^"]*"|'[^']*'|\\"[^"\\]*\\"|[^\s"'&;,<>]+)`,
  'gi',
)

/** `<name>password</name> <value>…</value>`, as web.xml names its parameters; its type may stand between them. */
const PARAMETER = new RegExp(
  String.raw`(${SECRET_NAME}\s{0,20}</(?:param|env-entry)-name>\s{0,200}(?:<(?:description|env-entry-type)>[^<]{0,400}</[\w-]{0,40}>\s{0,200}){0,2}<(?:param|env-entry)-value>)[^<]*`,
  'gi',
)

/** `<password>…</password>` */
const ELEMENT = new RegExp(String.raw`(${SECRET_NAME}>)[^<]+(?=</)`, 'gi')

/** `<Environment name="db.password" value="…"/>`: the attribute is called value. */
const TAG = /<[^<>]{1,4000}>/g
const NAMES_SECRET = new RegExp(
  String.raw`\bname\s{0,20}=\s{0,20}["'][\w.:/-]{0,100}${SECRET_NAME}["']`,
  'i',
)
const VALUE = /(\bvalue\s{0,20}=\s{0,20})("[^"]*"|'[^']*')/gi

/** `--password value`, `-storepass value`, in a shell's line. */
const SWITCH = new RegExp(
  String.raw`((?:^|\s)--?[\w.-]{0,40}${SECRET_NAME}[ \t]{1,20})(?![-=])(?:"[^"]*"|'[^']*'|\S+)`,
  'gim',
)

/** `//user:password@host`, and Oracle's `thin:user/password@`. */
const URL_PASSWORD = /(:\/\/[^\s/:@"'<>]*:)[^\s/@"'<>]*(?=@)/g
const ORACLE_PASSWORD = /(:(?:thin|oci8?|kprb):[^\s/:@"'<>]+\/)[^\s@"'<>]+(?=@)/gi

/** Takes the secrets out of a configuration file or a command line, and leaves the rest as it is written. */
export function maskSecrets(text: string): string {
  return text
    .replace(PARAMETER, `$1${MASK}`)
    .replace(ELEMENT, `$1${MASK}`)
    .replace(TAG, maskTag)
    .replace(NAMED, (_all, name: string, value: string) => name + maskValue(value))
    .replace(SWITCH, `$1${MASK}`)
    .replace(URL_PASSWORD, `$1${MASK}`)
    .replace(ORACLE_PASSWORD, `$1${MASK}`)
}

function maskTag(tag: string): string {
  if (!NAMES_SECRET.test(tag)) return tag
  return tag.replace(VALUE, (_all, name: string, value: string) => name + maskValue(value))
}

/** Its quotes stay. */
function maskValue(value: string): string {
  const quote = /^\\?["']/.exec(value)?.[0] ?? ''
  return `${quote}${MASK}${quote}`
}

/** Arguments of a program; one that is the name of a secret masks the next. */
export function maskArguments(given: readonly string[]): readonly string[] {
  return given.map((argument, at) => {
    const before = given[at - 1] ?? ''
    return SECRET_SWITCH.test(before) ? MASK : maskArgument(argument)
  })
}

const SECRET_SWITCH = new RegExp(String.raw`^--?[\w.-]{0,40}${SECRET_NAME}$`, 'i')
const WHOLE_ARGUMENT = new RegExp(String.raw`^([\w.:-]{0,100}${SECRET_NAME}=)`, 'i')

/** The value of an argument may hold blanks: all of it goes. */
function maskArgument(argument: string): string {
  const name = WHOLE_ARGUMENT.exec(argument)?.[1]
  return name === undefined ? maskSecrets(argument) : `${name}${MASK}`
}
