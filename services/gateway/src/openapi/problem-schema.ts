import Type from 'typebox';

/** RFC 9457 as the gateway answers it. */
export const problemSchema = Type.Object(
  {
    type: Type.String({ description: 'urn:storm:problem:<slug>, stable' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.Optional(Type.String()),
    retryable: Type.Boolean({ description: 'Whether the same request can succeed later' }),
    retryAfterMs: Type.Optional(Type.Integer()),
    errors: Type.Optional(Type.Array(Type.Object({ path: Type.String(), message: Type.String() }))),
    requestId: Type.Optional(Type.String()),
  },
  { description: 'A problem (RFC 9457)' },
);
