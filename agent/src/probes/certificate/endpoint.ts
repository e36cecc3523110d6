import { CERTIFICATE_CHECK } from '../../measurements/certificate-check.ts'
import { X509_CERT } from '../../measurements/x509-cert.ts'
import { defineProbe, NoDataError, remembers } from '../../probe.ts'
import { certificate } from '../../sources/certificate.ts'
import {
  reportCertificates,
  type FoundPlace,
} from '../../sources/certificate/certificate-report.ts'
import type { EndpointResult } from '../../sources/certificate/certificate-session.ts'
import { CheckError } from '../../sources/certificate/check-failure.ts'
import type { TrustStore } from '../../sources/certificate/trust-store.ts'
import { sendWhenChanged, type SentDocument } from '../../sources/server/sent-document.ts'

/** Certificates that servers show. Source: a TLS handshake (RFC 8446), after STARTTLS where it is asked for. Needs: the way through the firewall. */
export default defineProbe({
  name: 'certificate.endpoint',
  source: certificate,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 3600,
  deadlineMs: 300_000,
  cost: 'cheap',
  reads: {
    zh: 'TLS 握手（可先 STARTTLS），不登录、不发送数据',
    en: 'a TLS handshake (after STARTTLS where asked for), without a logon or data',
  },
  needs: { zh: '能连接到该端口', en: 'a way to the port' },
  help: {
    zh: '端口上的证书：有效期、证书链、主机名、密钥和签名强度、是否更换',
    en: 'Certificates of ports: dates, chain, host name, strength of key and signature, whether replaced',
  },
  measurements: { x509_cert: X509_CERT, certificate_check: CERTIFICATE_CHECK },
  remembers: remembers<SentDocument>(),
  async sample(run) {
    const { session, emit, remark, signal } = run
    if (session.endpoints.length === 0)
      throw new NoDataError({ zh: '没有配置 endpoints', en: 'no endpoints are configured' })
    const trust = await session.trust()
    const results = await session.lookAtEndpoints(trust, run.monotonicMs, signal)
    for (const { endpoint, look } of results) {
      const { source, name } = endpoint
      if (look instanceof CheckError) {
        remark({ zh: `${source}：${look.said.zh}`, en: `${source}: ${look.said.en}` })
        emit('certificate_check', { source, name }, { up: 0, error_code: look.state })
        continue
      }
      const { handshakeMs, others } = look
      const certificates = 1 + others.length
      emit(
        'certificate_check',
        { source, name },
        { up: 1, error_code: 0, handshake_ms: handshakeMs, certificates },
      )
    }
    const places = results.flatMap((result) => toPlace(result, trust))
    const body = await reportCertificates(places, session.known, run)
    return sendWhenChanged(run, `certificates:endpoints:${session.name}`, body, run.memory)
  },
})

function toPlace({ endpoint, look }: EndpointResult, trust: TrustStore): FoundPlace[] {
  if (look instanceof CheckError) return []
  const { head, others, isAuthorized, ocsp } = look
  return [
    {
      source: endpoint.source,
      name: endpoint.name,
      chains: [{ position: '0', head, others, isAuthority: false }],
      question: {
        trust,
        host: endpoint.serverName,
        isAuthorized,
        isRevoked: ocsp === undefined ? undefined : ocsp === 'revoked',
      },
    },
  ]
}
