export { maxAnswerBytes, type HelperAnswer, type HelperFailure } from './answer.ts'
export {
  planCommand,
  type HelperRequest,
  type PlannedCommand,
  type ProgramRequest,
} from './listed-commands.ts'
export { MAX_REQUEST_BYTES, parseRequest, RefusedError } from './request.ts'
export { parseShadowAges, type ShadowAge } from './shadow-ages.ts'
