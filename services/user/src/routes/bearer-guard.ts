import { type CanActivate, createParamDecorator, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AccessTokens, type Claims } from '../domain/access-tokens.ts';
import { problems } from '../problems.ts';

const claimsOf = new WeakMap<FastifyRequest, Claims>();

/** Asks for an access token of ours. Whether its session still lives is asked by those who need to know. */
@Injectable()
export class BearerGuard implements CanActivate {
  constructor(private readonly accessTokens: AccessTokens) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) throw problems.unauthenticated({ detail: 'no bearer token' });
    claimsOf.set(request, await this.accessTokens.verify(token));
    return true;
  }
}

/** The claims that the guard found. */
export const Bearer = createParamDecorator((_: unknown, context: ExecutionContext): Claims => {
  const claims = claimsOf.get(context.switchToHttp().getRequest<FastifyRequest>());
  if (claims === undefined) throw new Error('the route has no BearerGuard');
  return claims;
});
