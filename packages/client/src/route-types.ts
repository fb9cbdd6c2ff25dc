import type { Static, TSchema } from 'typebox';
import type { RouteName, RouteOf } from './routes.ts';

type Of<C, K extends string> = C extends { readonly [P in K]: infer S extends TSchema } ? Static<S> : never;
type Field<K extends string, V> = [V] extends [never]
  ? unknown
  : Record<never, never> extends V
    ? { readonly [P in K]?: V }
    : { readonly [P in K]: V };

/** What a route takes: `params`, `query` and `body`, each as its contract has it, or not at all. */
export type RouteInput<N extends RouteName> = Field<'params', Of<RouteOf<N>, 'params'>> &
  Field<'query', Of<RouteOf<N>, 'query'>> &
  Field<'body', Of<RouteOf<N>, 'body'>>;

/** What a route gives, told apart by status. */
export type RouteAnswer<N extends RouteName> = {
  [S in keyof RouteOf<N>['responses']]: RouteOf<N>['responses'][S] extends TSchema
    ? { readonly status: S; readonly body: Static<RouteOf<N>['responses'][S]> }
    : never;
}[keyof RouteOf<N>['responses']];

export type RouteBody<N extends RouteName> = RouteAnswer<N>['body'];

export interface CallOptions {
  signal?: AbortSignal | undefined;
  /** For the whole call, its answer included. */
  timeoutMs?: number | undefined;
}
