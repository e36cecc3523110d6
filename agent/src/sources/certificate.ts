import type { SourceReference } from '../probe.ts'
import type { Session, Source, SourceContext } from '../source.ts'
import { CERTIFICATE_OPTIONS } from './certificate/certificate-options.ts'
import { findCertificateProblems } from './certificate/find-problems.ts'
import type { CertificateSession } from './certificate/certificate-session.ts'

/** For `source:` of a probe. */
export const certificate: SourceReference<CertificateSession> = { type: 'certificate' }

/** Certificates at endpoints, in files and on paper. Looked at, never used: no key is kept and nobody is logged on. */
export const certificateSource: Source<CertificateSession> = {
  type: 'certificate',
  platforms: ['linux', 'darwin', 'win32'],
  options: CERTIFICATE_OPTIONS,
  check: findCertificateProblems,
  async open(context: SourceContext): Promise<Session<CertificateSession>> {
    const { openCertificates } = await import('./certificate/open-certificates.ts')
    return openCertificates(context)
  },
}
