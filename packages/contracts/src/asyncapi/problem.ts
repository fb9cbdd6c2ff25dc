import { serverFrameExamples } from '../examples/index.ts';
import { ErrorFrame } from '../socket.ts';
import { describeMessage, type Part } from './part.ts';

export const problemMessage = 'problem';

/** The answer to whatever is refused. */
export const describeProblem = (): Part => ({
  channels: {},
  operations: {},
  messages: {
    [problemMessage]: describeMessage(problemMessage, {
      title: 'A refusal (RFC 9457); docs/problems.md lists them',
      headers: {
        type: 'object',
        required: ['Storm-Problem'],
        properties: { 'Storm-Problem': { type: 'string', const: '1' } },
      },
      payload: ErrorFrame.properties.problem,
      example: serverFrameExamples.error.problem,
    }),
  },
});
