/*
 * For the texts of applications, which quote the statements that failed with all that stood in them. As in mask-secrets.ts, time is in proportion
 * to the text, and in doubt too much is masked; what tells a developer where it failed stays: classes, frames, ORA- codes, line numbers.
 */

const MASK = '?'

/**
 * A literal of SQL, or whatever else stands in single quotes. An apostrophe within a word opens none; a quote that a letter follows closes none.
 * One that is not closed was cut off: it goes to the end.
 */
const LITERAL =
  /(?<![A-Za-z0-9_])((?:n?q|[nxbeu]|date|timestamp|_\w{1,20})?)'((?:[^']|''|'(?=[\w\u0080-\uffff]))*)(?:'|$)/gi
/** `com.mysql.jdbc.Driver` */
const CLASS_NAME = /^(?:[a-z][\w$]{0,60}\.){2,12}[A-Z][\w$]{0,100}$/

/** MySQL takes these for literals, too; those of names of columns have no such letters. */
const DOUBLE_QUOTED = /([=(,]\s{0,20})"([^"\n]*)"/g
const NOT_ASCII = /[\u0080-\uffff]/

/** `"name": "…"`, and what stands behind a URL's question mark. */
const MEMBER =
  /("(?!(?:msg|message|error|reason|exception|level|logger|thread)")[\w.-]{1,60}"\s{0,9}:\s{0,9})"([^"\n]*)"/gi
const QUERY = /([?&][\w.-]{1,60}=)[^\s&"'<>[\]()]+/g

/** What servers and mappers say of rows: `Key (id)=(…)`, `Failing row contains (…)`, `==> Parameters: …`. */
const KEY = /(\)=\()[^)\n]*/g
const ROW = /((?:row contains|行包含)\s{0,9})\([^\n]*/gi
const PARAMETERS = /(\bparameters:\s{0,9})[^\s][^\n]*/gi

const EMAIL = /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}/g
/** Citizen IDs, mobile numbers, cards, whatever else counts so far. */
const LONG_NUMBER = /\d{9,}[Xx]?/g
const GROUPED_NUMBER = /(?<!\d)(?:1[3-9]\d[- ]\d{4}[- ]\d{4}|\d{6}[- ]\d{8}[- ]\d{3}[\dXx])(?!\d)/g

/** Takes out of a message what could be a person's. */
export function maskPersonalData(message: string): string {
  return message
    .replace(LITERAL, maskLiteral)
    .replace(DOUBLE_QUOTED, maskWords)
    .replace(MEMBER, maskWords)
    .replace(QUERY, `$1${MASK}`)
    .replace(KEY, `$1${MASK}`)
    .replace(ROW, `$1(${MASK})`)
    .replace(PARAMETERS, `$1${MASK}`)
    .replace(EMAIL, MASK)
    .replace(GROUPED_NUMBER, MASK)
    .replace(LONG_NUMBER, MASK)
}

function maskLiteral(all: string, prefix: string, text: string): string {
  return CLASS_NAME.test(text) ? all : `${prefix}'${MASK}'`
}

function maskWords(all: string, before: string, text: string): string {
  return NOT_ASCII.test(text) ? `${before}"${MASK}"` : all
}
