import { errorCodeOf } from '@wardround/program/error-code'
import { ProbeError } from '../../probe.ts'

/** Why a socket can't be opened, with what to do. */
export function toListenError(error: unknown, where: string): ProbeError {
  const code = errorCodeOf(error) ?? ''
  const said = error instanceof Error ? error.message : String(error)
  const cause = { cause: error }
  if (code === 'EACCES')
    return new ProbeError(
      'NOT_PERMITTED',
      {
        zh: `无权监听 ${where}：1024 以下端口需要 AmbientCapabilities=CAP_NET_BIND_SERVICE，或改用高端口并转发（见 docs/traps-and-syslog.zh-CN.md）`,
        en: `may not listen on ${where}: a port below 1024 needs AmbientCapabilities=CAP_NET_BIND_SERVICE, or a higher port and a redirection (docs/traps-and-syslog.md)`,
      },
      cause,
    )
  if (code === 'EADDRINUSE')
    return new ProbeError(
      'UNREADABLE',
      {
        zh: `${where} 已被其他程序占用（如 rsyslog、snmptrapd）`,
        en: `another program listens on ${where} already (such as rsyslog or snmptrapd)`,
      },
      cause,
    )
  return new ProbeError(
    'UNREADABLE',
    { zh: `不能监听 ${where}：${said}`, en: `can’t listen on ${where}: ${said}` },
    cause,
  )
}
