import { parseDurationMs } from '@wardround/program/running'
import type { OptionValues } from '../../option.ts'
import type { Session, SourceContext } from '../../source.ts'
import { findSilence } from '../server/silence.ts'
import { CertificateFiles } from './certificate-files.ts'
import type { CERTIFICATE_OPTIONS } from './certificate-options.ts'
import { CertificateSession } from './certificate-session.ts'
import { toEndpoint } from './endpoint.ts'
import { KnownFingerprints } from './known-fingerprints.ts'
import { toLedgerEntry } from './ledger.ts'

/** Puts a session together; nothing is connected to before a probe asks. */
export async function openCertificates(
  context: SourceContext,
): Promise<Session<CertificateSession>> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checked against CERTIFICATE_OPTIONS when agent.yaml was read
  const options = context.options as OptionValues<typeof CERTIFICATE_OPTIONS>
  const session = new CertificateSession({
    name: context.name,
    endpoints: (options.endpoints ?? []).flatMap((entry) => toEndpoint({ ...entry }) ?? []),
    files: (options.files ?? []).map(({ path, password, alias, name }) => ({
      path,
      password,
      alias,
      name,
    })),
    ledger: (options.ledger ?? []).flatMap((entry) => toLedgerEntry({ ...entry }) ?? []),
    caFile: options.caFile,
    timeoutMs: parseDurationMs(options.timeout ?? '10s'),
    reader: new CertificateFiles(context),
    known: new KnownFingerprints(context),
    refuseWhenPaused() {
      const silence = findSilence(context, [])
      if (silence !== undefined) throw silence.error
      context.standing.enter('working')
    },
  })
  return { session, subject: '', async [Symbol.asyncDispose]() {} }
}
