import { readProblem } from './read-problem.ts';

test('a problem of the platform keeps its code, retryability and faults', () => {
  const problem = readProblem(
    409,
    {
      type: 'urn:storm:problem:key-reused',
      title: 'Key reused',
      status: 409,
      detail: 'another body',
      retryable: false,
      errors: [{ path: '/key', message: 'reused' }],
    },
    null,
  );
  expect(problem).toMatchObject({
    code: 'key-reused',
    status: 409,
    retryable: false,
    message: 'another body',
  });
  expect(problem.errors).toHaveLength(1);
});

test('an answer of something in between is told by its status', () => {
  expect(readProblem(502, null, '3')).toMatchObject({
    code: 'http-502',
    retryable: true,
    retryAfterMs: 3_000,
  });
  expect(readProblem(418, 'teapot', null)).toMatchObject({ code: 'http-418', retryable: false });
});
