import { asTexts } from '../as-list.ts'
import type { SourceReference } from '../probe.ts'
import type { OptionProblem, Session, Source, SourceContext } from '../source.ts'
import { findListenProblems, listenPattern } from './receiver/listen-address.ts'
import { findReceiverProblems, RECEIVER_OPTIONS } from './receiver/receiver-options.ts'
import type { ReceiverSession } from './receiver/receiver-session.ts'

/** For `source:` of a probe. */
export const syslog: SourceReference<ReceiverSession> = { type: 'syslog' }

/** Takes what switches, arrays and other devices send as syslog: RFC 3164 and 5424, over UDP, TCP and TLS. */
export const syslogSource: Source<ReceiverSession> = {
  type: 'syslog',
  platforms: ['linux', 'darwin', 'win32'],
  options: {
    listen: {
      type: 'array',
      maxItems: 8,
      items: {
        type: 'string',
        pattern: listenPattern('(?:udp|tcp|tls)'),
        expected: {
          zh: 'udp://、tcp:// 或 tls:// 加地址和端口，如 udp://0.0.0.0:5514',
          en: 'udp://, tcp:// or tls:// with address and port, such as udp://0.0.0.0:5514',
        },
      },
      help: {
        zh: '监听地址，如 udp://0.0.0.0:5514、tcp://0.0.0.0:5514、tls://0.0.0.0:6514',
        en: 'Where to listen, such as udp://0.0.0.0:5514, tcp://0.0.0.0:5514 or tls://0.0.0.0:6514',
      },
    },
    certFile: {
      type: 'string',
      minLength: 1,
      help: { zh: 'tls 的证书链（PEM）', en: 'Certificate chain for tls (PEM)' },
    },
    keyFile: {
      type: 'string',
      minLength: 1,
      help: {
        zh: 'tls 的私钥（PEM），仅采集代理可读',
        en: 'Its private key (PEM), for the agent alone',
      },
    },
    clientCaFile: {
      type: 'string',
      minLength: 1,
      help: {
        zh: '只接受由此 CA（PEM）签发证书的设备；不填则不校验设备证书',
        en: 'Take only devices with a certificate of this authority (PEM); any device without it',
      },
    },
    encoding: {
      type: 'string',
      enum: ['auto', 'utf-8', 'gbk', 'gb18030'],
      default: 'auto',
      help: {
        zh: '报文编码；auto 逐条判断，不是 UTF-8 的按 GB18030 处理',
        en: 'Encoding of the messages; auto takes each that is not UTF-8 as GB18030',
      },
    },
    ...RECEIVER_OPTIONS,
  },
  required: ['listen'],
  check: findSyslogProblems,
  async open(context: SourceContext): Promise<Session<ReceiverSession>> {
    const { openSyslog } = await import('./syslog/open-syslog.ts')
    return openSyslog(context)
  },
}

function findSyslogProblems(options: Readonly<Record<string, unknown>>): readonly OptionProblem[] {
  const { listen, certFile, keyFile } = options
  const problems = [
    ...findReceiverProblems(options),
    ...findListenProblems(listen, 'udp://0.0.0.0:5514'),
  ]
  const isTls = asTexts(listen).some((address) => address.startsWith('tls:'))
  if (isTls && (certFile === undefined || keyFile === undefined))
    problems.push({
      option: certFile === undefined ? 'certFile' : 'keyFile',
      what: { zh: 'tls 需要证书和私钥', en: 'tls needs a certificate and its key' },
      expected: { zh: 'certFile 与 keyFile', en: 'certFile and keyFile' },
    })
  return problems
}
