import { Type } from 'typebox'

/** Conditions on an alert's labels. */
export const Where = (description: string) =>
  Type.Record(
    Type.String(),
    Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1 })]),
    {
      description: `${description}: label: value, "!value", "~regex", "!~regex", or a list of them`,
    },
  )
