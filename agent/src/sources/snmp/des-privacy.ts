import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

/** What of net-snmp has a part in DES privacy. */
interface NetSnmpPrivacy {
  readonly Authentication: {
    passwordToKey(authProtocol: number, password: string, engineId: Buffer): Buffer
  }
  readonly Encryption: { readonly algorithms: Record<number, unknown> }
  readonly PrivProtocols: { readonly des: number }
}

interface Engine {
  readonly engineID: Buffer
}

interface Encrypted {
  readonly encryptedPdu: Buffer
  readonly msgPrivacyParameters: Buffer
}

const BLOCK_BYTES = 8
/** In front of the random half of a salt: this engine never counts its starts. */
const ENGINE_BOOTS = Buffer.from('00000001', 'hex')

/**
 * Gives net-snmp a DES that works: it asks OpenSSL for `des-cbc`, which OpenSSL 3 has put away. Triple DES with three equal keys is DES.
 * For devices that know nothing better; DES itself is broken.
 */
export function answerDes(netSnmp: unknown): void {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- net-snmp declares these as read-only and without their functions
  const { Authentication, Encryption, PrivProtocols } = netSnmp as NetSnmpPrivacy
  const keysOf = (password: string, authProtocol: number, { engineID }: Engine) => {
    const localized = Authentication.passwordToKey(authProtocol, password, engineID)
    const key = localized.subarray(0, BLOCK_BYTES)
    return {
      key: Buffer.concat([key, key, key]),
      preIv: localized.subarray(BLOCK_BYTES, 2 * BLOCK_BYTES),
    }
  }
  Encryption.algorithms[PrivProtocols.des] = {
    KEY_LENGTH: BLOCK_BYTES,
    BLOCK_LENGTH: BLOCK_BYTES,
    encryptPdu(pdu: Buffer, _: number, password: string, auth: number, engine: Engine): Encrypted {
      const { key, preIv } = keysOf(password, auth, engine)
      const salt = Buffer.concat([ENGINE_BOOTS, randomBytes(BLOCK_BYTES - ENGINE_BOOTS.length)])
      const cipher = createCipheriv('des-ede3-cbc', key, xor(preIv, salt)).setAutoPadding(false)
      const padded = Buffer.concat([pdu, Buffer.alloc(-pdu.length & (BLOCK_BYTES - 1))])
      const encryptedPdu = Buffer.concat([cipher.update(padded), cipher.final()])
      return { encryptedPdu, msgPrivacyParameters: salt }
    },
    decryptPdu(
      encrypted: Buffer,
      _: number,
      salt: Buffer,
      password: string,
      auth: number,
      engine: Engine,
    ): Buffer {
      const { key, preIv } = keysOf(password, auth, engine)
      const decipher = createDecipheriv('des-ede3-cbc', key, xor(preIv, salt)).setAutoPadding(false)
      return Buffer.concat([decipher.update(encrypted), decipher.final()])
    },
  }
}

function xor(left: Uint8Array, right: Uint8Array): Buffer {
  return Buffer.from(left.map((byte, at) => byte ^ (right[at] ?? 0)))
}
