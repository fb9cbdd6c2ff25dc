import { Problem, toProblem } from '@storm/runtime';
import { problems } from '../problems.ts';

/** What Fastify and Node call the faults that a client can make, in our words. */
const byCode: Readonly<Record<string, () => Problem>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () => problems['unsupported-media-type'](),
  FST_ERR_CTP_BODY_TOO_LARGE: () => problems['too-large'](),
  FST_ERR_CTP_INVALID_JSON_BODY: () => problems['malformed-json'](),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () =>
    problems['malformed-request']({ detail: 'Content-Length is wrong' }),
  FST_ERR_BAD_URL: () => problems['malformed-request']({ detail: 'the path is not well-formed' }),
  FST_ERR_MAX_PARAM_LENGTH: () => problems['not-found'](),
  ECONNRESET: () => problems['malformed-request']({ detail: 'the request broke off' }),
  ERR_HTTP_REQUEST_TIMEOUT: () => problems['request-timeout'](),
  HPE_HEADER_OVERFLOW: () => problems['headers-too-large'](),
};

/** Anything thrown on the way of a request becomes a problem; what nobody expected becomes a 500 without detail. */
export function toGatewayProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (typeof error !== 'object' || error === null) return toProblem(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const known = byCode[code];
  if (known !== undefined) return known();
  return toProblem(error);
}
