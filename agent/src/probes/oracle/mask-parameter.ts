const SECRET_NAME = /passw|secret|credential|token|private_key/i
/** Holds EXCLUSIVE, SHARED or NONE. */
const HARMLESS = ['remote_login_passwordfile']

const ASSIGNED = /\b(pass\w*|pwd|secret|credential\w*|token)(\s*=\s*)("[^"]*"|'[^']*'|[^\s,;)]+)/gi
/** `user/password@service`; the slashes of a path have no @ behind them. */
const LOGON = /\b([\w$#.-]+)\/("[^"]*"|[^\s/@"]+)@/g
/** `scheme://user:password@host` */
const ADDRESS = /(\/\/[^\s:/@]+):[^\s/@]+@/g

/** The value of a parameter without what lets somebody in. */
export function maskParameter(name: string, value: string): string {
  if (value !== '' && SECRET_NAME.test(name) && !HARMLESS.includes(name.toLowerCase())) return '***'
  return value.replace(ASSIGNED, '$1$2***').replace(ADDRESS, '$1:***@').replace(LOGON, '$1/***@')
}
