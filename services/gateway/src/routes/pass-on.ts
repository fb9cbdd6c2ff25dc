import { runtimeProblems } from '@storm/runtime';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { UserService } from '../store/user-service.ts';
import { toPayload } from './send-json.ts';

const passedBack = ['retry-after', 'www-authenticate'] as const;

/** Asks the user service in the client's name and gives its answer back as it came, byte for byte. */
export async function passOn(
  users: UserService,
  request: FastifyRequest,
  reply: FastifyReply,
  question: { method: 'GET' | 'POST' | 'DELETE'; path: string; body?: unknown; timeoutMs?: number },
): Promise<FastifyReply> {
  const { method, path, body, timeoutMs = 5_000 } = question;
  const headers: Record<string, string> = { 'x-request-id': request.id, 'x-forwarded-for': request.ip };
  const { authorization, 'user-agent': userAgent } = request.headers;
  if (authorization !== undefined) headers.authorization = authorization;
  if (userAgent !== undefined) headers['user-agent'] = userAgent;
  if (body !== undefined) headers['content-type'] = 'application/json';
  const answer = await users.ask({
    method,
    path,
    headers,
    timeoutMs,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (answer.status >= 300 && !answer.contentType.startsWith('application/problem+json')) {
    throw runtimeProblems['service-unavailable']({ detail: `the user service answered ${answer.status}` });
  }
  for (const name of passedBack) {
    const value = answer.headers[name];
    if (value !== undefined) reply.header(name, value);
  }
  reply.code(answer.status);
  if (answer.status === 204) return reply.send();
  return reply.header('content-type', answer.contentType).send(toPayload(answer.body));
}
