import { Type } from 'typebox'

/** As long as a sentence or two in a notice; more than channels take. */
const MAX_CHARACTERS = 4000

/** A text that people write in both languages. */
export const LocalizedWords = (description: string, maxLength = MAX_CHARACTERS) =>
  Type.Object(
    {
      zh: Type.String({ minLength: 1, maxLength, description: 'In Chinese' }),
      en: Type.String({ minLength: 1, maxLength, description: 'In English' }),
    },
    { additionalProperties: false, description },
  )
