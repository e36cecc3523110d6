import { X509_CERT } from '../../measurements/x509-cert.ts'
import { defineProbe, NoDataError, remembers } from '../../probe.ts'
import { certificate } from '../../sources/certificate.ts'
import { dateFields } from '../../sources/certificate/certificate-report.ts'
import { withinBytes } from '../../sources/certificate/within-bytes.ts'
import { sendWhenChanged, type SentDocument } from '../../sources/server/sent-document.ts'

/** Certificates that exist on paper only. Source: `ledger:` of agent.yaml. Needs: somebody who keeps it. */
export default defineProbe({
  name: 'certificate.ledger',
  source: certificate,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 3600,
  cost: 'cheap',
  reads: { zh: 'agent.yaml 中的台账', en: 'the ledger in agent.yaml' },
  needs: 'none',
  help: {
    zh: '台账中的证书（UKey、国密、设备、客户端）的到期时间',
    en: 'When the certificates of the ledger (USB keys, SM2, devices, clients) expire',
  },
  measurements: { x509_cert: X509_CERT },
  remembers: remembers<SentDocument>(),
  sample(run) {
    const { session, emit, timeMs } = run
    const { ledger, name } = session
    if (ledger.length === 0)
      throw new NoDataError({ zh: '没有登记台账', en: 'the ledger is empty' })
    for (const entry of ledger) {
      emit(
        'x509_cert',
        {
          source: `ledger/${entry.name}`.slice(0, 256),
          type: 'leaf',
          position: '0',
          issuer_common_name: entry.issuer?.slice(0, 256),
          common_name: entry.subject?.slice(0, 256),
          name: entry.name.slice(0, 256),
          holder: entry.holder?.slice(0, 256),
          kind: entry.kind,
        },
        dateFields(entry.startMs, entry.endMs, timeMs),
      )
    }
    const rows = ledger.map((entry) => ({
      name: entry.name,
      kind: entry.kind,
      subject: entry.subject ?? null,
      issuer: entry.issuer ?? null,
      serial: entry.serial ?? null,
      holder: entry.holder ?? null,
      notAfter: new Date(entry.endMs).toISOString(),
    }))
    return sendWhenChanged(run, `certificates:ledger:${name}`, withinBytes(rows), run.memory)
  },
})
