/** Names under which services take keys, tokens and signatures. */
const SECRET_NAME =
  /^(access_?token|auth_?token|token|key|api_?key|app_?key|secret|app_?secret|sign|sig|signature|password|passwd|pwd|ticket)$/i

/** Where a Feishu or Lark robot's key stands in its address. */
const ROBOT_PATH = /\/bot\/(?:v\d+\/)?(hook)\/[^/?#]+/

/** Headers that hold nothing but a credential. */
const SECRET_HEADER =
  /^(proxy-)?authorization$|^cookie$|(^|-)(api-?key|token|secret|password|signature)$/i

/** The part of an address that is a secret by its name, as its name; undefined: none is known to be. */
export function findSecretPart(address: string): string | undefined {
  const url = URL.parse(address)
  if (url === null) return undefined
  if (url.password !== '') return 'password'
  const named = [...url.searchParams].find(
    ([name, value]) => value !== '' && SECRET_NAME.test(name.replaceAll('-', '_')),
  )
  return named?.[0] ?? ROBOT_PATH.exec(url.pathname)?.[1]
}

/** Whether what a header holds is always a secret. */
export function isSecretHeader(name: string): boolean {
  return SECRET_HEADER.test(name)
}
