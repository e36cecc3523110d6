import { CERTIFICATE_CHECK } from '../../measurements/certificate-check.ts'
import { X509_CERT } from '../../measurements/x509-cert.ts'
import { defineProbe, NoDataError, remembers } from '../../probe.ts'
import { certificate } from '../../sources/certificate.ts'
import { reportCertificates } from '../../sources/certificate/certificate-report.ts'
import { printable } from '../../sources/certificate/certificate-facts.ts'
import { CheckError } from '../../sources/certificate/check-failure.ts'
import { sendWhenChanged, type SentDocument } from '../../sources/server/sent-document.ts'

/** Certificates in files. Source: PEM, DER, PKCS #12 (RFC 7292) and JKS files. Needs: to read them, and a keystore's password. */
export default defineProbe({
  name: 'certificate.file',
  source: certificate,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 3600,
  deadlineMs: 120_000,
  cost: 'moderate',
  reads: {
    zh: '证书文件（PEM、DER、PKCS12、JKS）',
    en: 'certificate files (PEM, DER, PKCS12, JKS)',
  },
  needs: {
    zh: '对证书文件的读权限；PKCS12 需要口令',
    en: 'to read the files; the password of a PKCS12',
  },
  help: {
    zh: '文件中的证书：有效期、证书链、密钥和签名强度、是否更换',
    en: 'Certificates in files: dates, chain, strength of key and signature, whether replaced',
  },
  measurements: { x509_cert: X509_CERT, certificate_check: CERTIFICATE_CHECK },
  remembers: remembers<SentDocument>(),
  async sample(run) {
    const { session, emit, remark, signal } = run
    if (session.files.length === 0)
      throw new NoDataError({ zh: '没有配置 files', en: 'no files are configured' })
    const trust = await session.trust()
    const looks = await session.lookAtFiles(signal)
    const places = looks.flatMap(({ path, name, found }) => {
      const source = printable(path)
      if (found instanceof CheckError) {
        remark({ zh: `${source}：${found.said.zh}`, en: `${source}: ${found.said.en}` })
        emit('certificate_check', { source, name }, { up: 0, error_code: found.state })
        return []
      }
      emit(
        'certificate_check',
        { source, name },
        { up: 1, error_code: 0, certificates: found.length },
      )
      return [{ source, name, chains: found, question: { trust } }]
    })
    const body = await reportCertificates(places, session.known, run)
    return sendWhenChanged(run, `certificates:files:${session.name}`, body, run.memory)
  },
})
