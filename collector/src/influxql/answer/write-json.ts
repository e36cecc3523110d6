import { piecesOf } from './pieces.ts'
import type { Piece } from './pieces.ts'
import type { Epoch } from './format-time.ts'
import type { StatementOutcome } from '../run-statement.ts'

/** How an answer is written. */
export interface AnswerForm {
  readonly epoch: Epoch
  /** In pieces of so many rows, each a document of its own on its own line; all in one document where undefined. */
  readonly chunkRows: number | undefined
  /** A refusal in the reader's language. */
  readonly say: (outcome: Extract<StatementOutcome, { kind: 'error' }>) => string
}

/** So many rows are written before others have the thread. */
const SLICE_ROWS = 5_000

/** The answer as JSON, piece by piece. */
export function* writeJson(
  outcomes: readonly StatementOutcome[],
  form: AnswerForm,
): Generator<string> {
  if (form.chunkRows !== undefined) {
    for (const [number, outcome] of outcomes.entries()) {
      yield* chunksOf(number, outcome, form, form.chunkRows)
    }
    return
  }
  if (outcomes.length === 0) {
    yield '{}\n'
    return
  }
  yield '{"results":['
  for (const [number, outcome] of outcomes.entries()) {
    if (number > 0) yield ','
    yield* resultOf(number, outcome, form)
  }
  yield ']}\n'
}

function* resultOf(
  number: number,
  outcome: StatementOutcome,
  { epoch, say }: AnswerForm,
): Generator<string> {
  yield `{"statement_id":${number}`
  if (outcome.kind === 'error') yield `,"error":${JSON.stringify(say(outcome))}`
  else {
    const pieces = piecesOf(outcome, epoch)
    for (const [at, piece] of pieces.entries()) {
      yield at === 0 ? ',"series":[' : ','
      yield* seriesOf(piece, 0, piece.rows, false)
    }
    if (pieces.length > 0) yield ']'
  }
  yield '}'
}

/** One series, or the rows [from, to) of it. */
function* seriesOf(
  { name, tags, columns, row }: Piece,
  from: number,
  to: number,
  isPartial: boolean,
): Generator<string> {
  const head = [
    ...(name === undefined ? [] : [`"name":${JSON.stringify(name)}`]),
    ...(tags === undefined ? [] : [`"tags":${JSON.stringify(tags)}`]),
    `"columns":${JSON.stringify(columns)}`,
  ]
  yield `{${head.join(',')},"values":[`
  for (let start = from; start < to; start += SLICE_ROWS) {
    const end = Math.min(to, start + SLICE_ROWS)
    let text = start === from ? '' : ','
    for (let at = start; at < end; at++) {
      text += `${at === start ? '' : ','}[${row(at).join(',')}]`
    }
    yield text
  }
  yield isPartial ? '],"partial":true}' : ']}'
}

/** Each piece says whether its series goes on, and whether its statement does. */
function* chunksOf(
  number: number,
  outcome: StatementOutcome,
  form: AnswerForm,
  chunkRows: number,
): Generator<string> {
  const pieces = outcome.kind === 'error' ? [] : piecesOf(outcome, form.epoch)
  if (pieces.length === 0) {
    yield '{"results":['
    yield* resultOf(number, outcome, form)
    yield ']}\n'
  }
  for (const [at, piece] of pieces.entries()) {
    for (let from = 0; from < piece.rows; from += chunkRows) {
      const to = Math.min(piece.rows, from + chunkRows)
      const isPartial = to < piece.rows
      yield `{"results":[{"statement_id":${number},"series":[`
      yield* seriesOf(piece, from, to, isPartial)
      yield isPartial || at < pieces.length - 1 ? '],"partial":true}]}\n' : ']}]}\n'
    }
  }
}
