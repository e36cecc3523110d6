const MASK = '***'

/** What a name has that names a secret: keystorePass, connectionPassword, requiredSecret, db.pwd, api-key. */
const SECRET_NAME = String.raw`[\w.:-]*(?:pass(?!ive)|pwd|secret|credential|token|private[-_.]?key|api[-_.]?key|access[-_.]?key)[\w.:-]*`

/** `name="value"`, `name='value'` and `name=value` up to a blank, a quote, `&`, `;`, `,` or `<`. */
const NAMED = new RegExp(
  String.raw`(${SECRET_NAME}\s*=\s*)(?:"[^"]*"|'[^']*'|\\"[^"\\]*\\"|[^\s"'&;,<>]+)`,
  'gi',
)

/** `<name>password</name> <value>…</value>`, as web.xml names its parameters. */
const PARAMETER = new RegExp(
  String.raw`(<(?:param|env-entry)-name>\s*${SECRET_NAME}\s*</(?:param|env-entry)-name>(?:\s*<(?!/?(?:param|env-entry)-value)[^>]*>[^<]*</[^>]*>)*\s*<(?:param|env-entry)-value>)[^<]*`,
  'gi',
)

/** `<password>…</password>` */
const ELEMENT = new RegExp(String.raw`(<(${SECRET_NAME})>)[^<]*(?=</)`, 'gi')

/** `--password value`, `-storepass value`, in a shell's line. */
const SWITCH = new RegExp(
  String.raw`((?:^|\s)--?${SECRET_NAME}[ \t]+)(?![-=])(?:"[^"]*"|'[^']*'|\S+)`,
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
    .replace(NAMED, (_all, name: string) => `${name}${MASK}`)
    .replace(SWITCH, `$1${MASK}`)
    .replace(URL_PASSWORD, `$1${MASK}`)
    .replace(ORACLE_PASSWORD, `$1${MASK}`)
}

/** Arguments of a program; one that is the name of a secret masks the next. */
export function maskArguments(given: readonly string[]): readonly string[] {
  return given.map((argument, at) => {
    const before = given[at - 1] ?? ''
    return SECRET_SWITCH.test(before) ? MASK : maskArgument(argument)
  })
}

const SECRET_SWITCH = new RegExp(`^--?${SECRET_NAME}$`, 'i')
const WHOLE_ARGUMENT = new RegExp(`^(-{0,2}${SECRET_NAME}=)[^]*$`, 'i')

/** The value of an argument may hold blanks: all of it goes. */
function maskArgument(argument: string): string {
  const name = WHOLE_ARGUMENT.exec(argument)?.[1]
  return name === undefined ? maskSecrets(argument) : `${name}${MASK}`
}
