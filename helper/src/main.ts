// wardround-helper: reads one request line from standard input, answers with one line on standard output, and ends. systemd starts one for each
// connection of its socket (Accept=yes); nothing stays resident.
import { answerRequest } from './answer-request.ts'
import { failure } from './run-program.ts'
import { MAX_REQUEST_BYTES } from './request.ts'

const REQUEST_WITHIN_MS = 5_000

/** The first line of standard input; what is longer than a request may be comes as far as it was read. */
function readLine(): Promise<string | undefined> {
  return new Promise((resolve) => {
    let text = ''
    const finish = (line: string | undefined): void => {
      clearTimeout(timer)
      process.stdin.destroy()
      resolve(line)
    }
    const timer = setTimeout(() => finish(undefined), REQUEST_WITHIN_MS)
    process.stdin.setEncoding('utf8')
    process.stdin.on('data', (chunk: string) => {
      text += chunk
      const end = text.indexOf('\n')
      if (end >= 0) finish(text.slice(0, end))
      else if (text.length > MAX_REQUEST_BYTES) finish(text)
    })
    process.stdin.once('end', () => finish(text === '' ? undefined : text))
    process.stdin.once('error', () => finish(undefined))
  })
}

async function main(): Promise<void> {
  process.stdout.on('error', () => undefined) // whoever asked is gone
  const line = await readLine()
  if (line === undefined) return
  const { answer, gone } =
    line === ''
      ? { answer: failure('REFUSED', 'no request'), gone: undefined }
      : await answerRequest(line)
  if ('error' in answer && answer.error === 'REFUSED')
    process.stderr.write(`refused a request: ${answer.message}\n`)
  process.stdout.write(`${JSON.stringify(answer)}\n`)
  // The connection stays until the program is gone: so the agent knows that it must not start another beside one that hangs.
  await gone
}

await main()
