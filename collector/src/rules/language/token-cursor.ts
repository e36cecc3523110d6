import type { LocalizedText } from '@wardround/protocol'
import { RuleTextError } from '../rule-problem.ts'
import { tokenizeExpression, type Token } from './tokenize-expression.ts'

/** Reads the tokens of an expression one after the other. */
export class TokenCursor {
  readonly #tokens: readonly Token[]
  #next = 0

  constructor(text: string) {
    this.#tokens = tokenizeExpression(text)
  }

  peek(): Token {
    return this.#tokens[this.#next] ?? { kind: 'end', text: '', at: 0 }
  }

  take(): Token {
    const token = this.peek()
    this.#next++
    return token
  }

  /** Takes a symbol if it comes next. */
  takeSymbol(text: string): boolean {
    const token = this.peek()
    if (token.kind !== 'symbol' || token.text !== text) return false
    this.#next++
    return true
  }
}

/** What is said of a token that can't stand where it does. */
export function unexpected(token: Token, expected: LocalizedText): RuleTextError {
  const what =
    token.kind === 'end'
      ? { zh: '表达式不完整', en: 'the expression ends too early' }
      : { zh: `多余的“${token.text}”`, en: `unexpected "${token.text}"` }
  return new RuleTextError(token.at, what, expected)
}
