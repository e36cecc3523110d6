// node scripts/golden-frames.ts FILE: prints, for a golden file (protocol/fixtures/v1/README.md), the bytes of each frame or record as today's
// encoder writes them. For new files: the bytes of old ones never change.
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import {
  encodeConnection,
  encodeSegment,
  parseGoldenConnection,
  parseGoldenSegment,
  toHex,
} from '../protocol/src/testing/golden.ts'

const file = process.argv[2]
if (file === undefined) {
  console.error('usage: node scripts/golden-frames.ts FILE')
  process.exitCode = 2
} else {
  const text = readFileSync(file, 'utf8')
  const frames = basename(file).startsWith('segment')
    ? encodeSegment(parseGoldenSegment(text))
    : encodeConnection(parseGoldenConnection(text))
  for (const frame of frames) console.log(toHex(frame))
}
