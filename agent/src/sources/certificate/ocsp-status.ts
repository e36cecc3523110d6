import { CheckError } from './check-failure.ts'
import { childrenOf, CONTEXT, OCTET_STRING, readElement, SEQUENCE, type DerElement } from './der.ts'

const REVOKED = CONTEXT + 1
/** [0] good, primitive. */
const GOOD = 0x80

/**
 * What a stapled OCSP answer (RFC 6960) says of the certificate. The answer's signature is not checked: it only adds a warning that the server
 * itself brought. Undefined where it says neither, or can't be read.
 */
export function readOcspStatus(answer: Uint8Array): 'good' | 'revoked' | undefined {
  try {
    const status = singleResponse(answer).map(({ tag }) => tag)
    if (status.includes(REVOKED)) return 'revoked'
    return status[1] === GOOD ? 'good' : undefined
  } catch (error) {
    if (error instanceof CheckError) return undefined
    throw error
  }
}

/** OCSPResponse › responseBytes › BasicOCSPResponse › tbsResponseData › responses › the first one: certID, certStatus, times. */
function singleResponse(bytes: Uint8Array): DerElement[] {
  const [, body] = childrenOf(bytes, readElement(bytes))
  const inner = first(bytes, body)
  const octets = childrenOf(bytes, inner).find(({ tag }) => tag === OCTET_STRING)
  if (octets === undefined) return []
  const basic = readElement(bytes, octets.from, octets.to)
  const data = first(bytes, basic)
  const responses = childrenOf(bytes, data).find(({ tag }) => tag === SEQUENCE)
  const [certId, status] = childrenOf(bytes, first(bytes, responses))
  return certId === undefined || status === undefined ? [] : [certId, status]
}

function first(bytes: Uint8Array, element: DerElement | undefined): DerElement {
  const [child] = element === undefined ? [] : childrenOf(bytes, element)
  if (child === undefined)
    throw new CheckError('unparsable', { zh: 'OCSP 应答不完整', en: 'the OCSP answer is cut' })
  return child
}
