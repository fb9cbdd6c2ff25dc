import { type ProblemBody, StormProblem } from './storm-problem.ts';

const retryableStatus = new Set([408, 425, 429, 502, 503, 504]);

/** Makes a problem of an answer that is not a success, whoever wrote it: the platform or something between. */
export function readProblem(status: number, body: unknown, retryAfter: string | null): StormProblem {
  const retryAfterMs =
    retryAfter !== null && /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1_000 : undefined;
  if (isProblemBody(body)) {
    return new StormProblem({ ...body, status, retryAfterMs: body.retryAfterMs ?? retryAfterMs });
  }
  return new StormProblem({
    type: `http-${status}`,
    title: `The server answered ${status}`,
    status,
    retryable: retryableStatus.has(status),
    retryAfterMs,
  });
}

function isProblemBody(body: unknown): body is ProblemBody {
  return (
    typeof body === 'object' &&
    body !== null &&
    'type' in body &&
    typeof body.type === 'string' &&
    'title' in body &&
    typeof body.title === 'string' &&
    'retryable' in body &&
    typeof body.retryable === 'boolean'
  );
}
