import type { RouteContract, routeContracts } from '@storm/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Static, TSchema } from 'typebox';
import type { Principal } from '../domain/principal.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; null on routes that need no token. */
    principal: Principal | null;
  }
}

type Part<C extends RouteContract, K extends 'params' | 'query' | 'body'> = C extends {
  readonly [P in K]: infer S extends TSchema;
}
  ? Static<S>
  : undefined;

/** A request as its contract promises it: validated, and with a principal where the contract asks for one. */
export type ApiRequest<C extends RouteContract> = FastifyRequest<{
  Params: Part<C, 'params'>;
  Querystring: Part<C, 'query'>;
  Body: Part<C, 'body'>;
}> &
  (C['auth'] extends 'bearer' ? { principal: Principal } : { principal: null });

export type Handler<C extends RouteContract> = (
  request: ApiRequest<C>,
  reply: FastifyReply,
) => Promise<FastifyReply>;

type Contract = (typeof routeContracts)[number];

/** One handler for each route contract: leaving one out does not compile. */
export type Handlers = { readonly [C in Contract as C['name']]: Handler<C> };
