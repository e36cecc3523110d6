import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { InfluxError } from './influx-error.ts'

const unpack = promisify(gunzip)

/**
 * A write's lines, unpacked, at most `most` bytes.
 * @throws InfluxError 400, 413, 415
 */
export async function linesOf(
  body: unknown,
  encoding: string | undefined,
  most: number,
): Promise<Buffer> {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0)
  switch (encoding?.toLowerCase() ?? 'identity') {
    case '':
    case 'identity':
      return bytes
    case 'gzip':
    case 'x-gzip':
      return gunzipped(bytes, most)
    default:
      throw new InfluxError(415, {
        zh: `不支持 Content-Encoding“${encoding?.slice(0, 40)}”；应为 gzip 或不压缩`,
        en: `Content-Encoding "${encoding?.slice(0, 40)}" is not taken; expected gzip, or none`,
      })
  }
}

export function tooLarge(most: number): InfluxError {
  return new InfluxError(413, {
    zh: `请求体过大；limits.writeBytes 为 ${most} 字节（按解压后计）`,
    en: `request entity too large: limits.writeBytes is ${most} bytes, as unpacked`,
  })
}

async function gunzipped(bytes: Buffer, most: number): Promise<Buffer> {
  try {
    return await unpack(bytes, { maxOutputLength: most })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE')
      throw tooLarge(most)
    throw new InfluxError(400, {
      zh: '请求体声明为 gzip，但无法解压',
      en: 'unable to read the body: it is said to be gzip and can not be unpacked',
    })
  }
}
