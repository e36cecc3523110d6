import type { Option } from '../option.ts'

/** Where the host is looked at, for every source of the host's own. */
export const ROOT_OPTION = {
  type: 'string',
  default: '/',
  minLength: 1,
  help: {
    zh: '查看主机的根目录（其下的 proc、sys、etc、var 和挂载点）；只有采集代理在容器里运行、主机挂载在某个目录时才需要改',
    en: 'Directory under which the host is looked at (proc, sys, etc, var and the mount points); other than / only where the agent runs in a container that has the host mounted',
  },
} as const satisfies Option

/** Who does what needs root. */
export const HELPER_OPTION = {
  type: 'string',
  default: '/run/wardround-helper/helper.sock',
  pattern: '^/',
  expected: { zh: '套接字的绝对路径', en: 'the absolute path of a socket' },
  help: {
    zh: '特权助手的套接字；采集代理以 root 运行时不使用',
    en: "The privileged helper's socket; not used where the agent runs as root",
  },
} as const satisfies Option
