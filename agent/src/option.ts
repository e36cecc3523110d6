import type { JsonValue, LocalizedText } from '@wardround/protocol'

/**
 * One setting of a probe or a source: a JSON Schema written as plain data, so that declaring it imports nothing.
 * config.ts checks agent.yaml against it, fills in `default` and refuses what it does not name.
 */
export type Option = OptionShape & {
  readonly default?: JsonValue
  readonly help?: LocalizedText
  /** What is written there, for the message to one who wrote something else: without it the pattern is shown. */
  readonly expected?: LocalizedText
}

type OptionShape =
  | {
      readonly type: 'string'
      readonly enum?: readonly string[]
      readonly pattern?: string
      /** The text is an expression in the syntax of RE2: see compileExpression(). */
      readonly format?: 'regex'
      readonly minLength?: number
    }
  | {
      readonly type: 'integer' | 'number'
      readonly minimum?: number
      readonly maximum?: number
    }
  | { readonly type: 'boolean' }
  /** `30s`, `5m`; comes as written, for parseDurationMs(). */
  | { readonly type: 'duration' }
  /** `{file: …}` or `{env: …}`, never the secret itself. */
  | { readonly type: 'secret' }
  | {
      readonly type: 'array'
      readonly items: Option
      readonly maxItems?: number
      /** Property in which no two items may be alike. */
      readonly uniqueBy?: string
    }
  | {
      readonly type: 'object'
      readonly properties: Readonly<Record<string, Option>>
      readonly required?: readonly string[]
    }

/** The settings that a probe or a source takes, by their names in YAML (camelCase). */
export type Options = Readonly<Record<string, Option>>

export type NoOptions = Readonly<Record<string, never>>

/** The type of a checked value: a setting without a default may be absent, of an object what is not `required`. */
export type OptionValues<O extends Options> = {
  readonly [K in keyof O as O[K] extends { readonly default: JsonValue } ? K : never]: OptionValue<
    O[K]
  >
} & {
  readonly [K in keyof O as O[K] extends { readonly default: JsonValue } ? never : K]?: OptionValue<
    O[K]
  >
}

export type OptionValue<D extends Option> = D extends {
  readonly type: 'string'
  readonly enum: readonly (infer V)[]
}
  ? V
  : D extends { readonly type: 'string' | 'duration' }
    ? string
    : D extends { readonly type: 'integer' | 'number' }
      ? number
      : D extends { readonly type: 'boolean' }
        ? boolean
        : D extends { readonly type: 'secret' }
          ? { readonly file: string } | { readonly env: string }
          : D extends { readonly type: 'array'; readonly items: infer I extends Option }
            ? readonly OptionValue<I>[]
            : D extends {
                  readonly type: 'object'
                  readonly properties: infer P extends Options
                  readonly required: readonly (infer R)[]
                }
              ? { readonly [K in keyof P as K extends R ? K : never]: OptionValue<P[K]> } & {
                  readonly [K in keyof P as K extends R ? never : K]?: OptionValue<P[K]>
                }
              : D extends { readonly type: 'object'; readonly properties: infer P extends Options }
                ? { readonly [K in keyof P]?: OptionValue<P[K]> }
                : never
