/**
 * What a name has that names a secret: keystorePass, requiredSecret, DB_PWD, jasypt.encryptor.key, x_api_key, jdbcauth. This is the only list of
 * them. As the source of a regular expression, without regard to case; every repetition in it is bounded.
 */
export const SECRET_NAME = [
  'pass(?!ive|ed|ing|age|enger|thr|wordfile|word_(?:encryption|lifetime|history|reuse|require|check))',
  'p(?:ass)?wd',
  'pwd',
  'pw(?![a-z0-9])',
  'secret',
  'credential',
  'token(?!_size|iz|s?_per)',
  'sst_auth',
  String.raw`auth(?![\w-])(?!["']?\s{0,9}[=:]\s{0,9}["']?(?:container|application)\b)`,
  'auth(?:entication)?[-_.]?string',
  '(?:encrypt|encryptor|encryption|decrypt|crypto|cipher|licen[sc]e|private|public|api|access|secret|master|sign|signing|shared|auth|account|app|session|ssh|storage|hmac|jwt|aes|3?des|sm[24])[-_. ]?key(?!word|board|store(?!pass))',
  'session[-_]?id(?!s|le)',
  'phpsessid',
  '(?<![a-z])pin(?![a-z0-9])',
  '密码',
  '口令',
  '密钥',
  '秘钥',
  '令牌',
].join('|')

/** Settings of the products that are about passwords and hold none. */
const HARMLESS =
  /^(?:remote_login_passwordfile|(?:default_)?password_.*|.*password_lifetime|validate_password.*|(?:caching_sha2|sha256|mysql_native)_password_.*|.*_password_check.*|max_password_errors|old_passwords|strict_password_validation|.*expired_password|ssl_passphrase_command_supports_reload|secure_auth)$/i

const SECRET = new RegExp(SECRET_NAME, 'i')

/** Whether a setting of this name holds a secret. */
export function isSecretName(name: string): boolean {
  return !HARMLESS.test(name) && SECRET.test(name)
}
