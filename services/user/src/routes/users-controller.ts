import { Controller, Get, Param, Query, UseGuards } from '@nestjs/common';
import { findUsers, getUser, searchUsers, type User } from '@storm/contracts';
import Type, { type Static } from 'typebox';
import type { Claims } from '../domain/access-tokens.ts';
import { FindUsers } from '../domain/find-users.ts';
import { GetUser } from '../domain/get-user.ts';
import { Bearer, BearerGuard } from './bearer-guard.ts';
import { ReadyGuard } from './ready-guard.ts';
import { SchemaPipe } from './schema-pipe.ts';

/** As the gateway passes it on: what stands in a URL are strings. */
const searchUsersQuery = Type.Object({
  q: searchUsers.query.properties.q,
  limit: Type.Optional(Type.String({ pattern: '^([1-9]|[1-4][0-9]|50)$' })),
});

@Controller('users')
@UseGuards(ReadyGuard, BearerGuard)
export class UsersController {
  constructor(
    private readonly getUser: GetUser,
    private readonly findUsers: FindUsers,
  ) {}

  @Get('me')
  me(@Bearer() claims: Claims): Promise<User> {
    return this.getUser.bySession(claims);
  }

  @Get('search')
  async search(
    @Query(new SchemaPipe(searchUsersQuery)) query: Static<typeof searchUsersQuery>,
  ): Promise<{ users: User[] }> {
    return this.findUsers.like(query.q, Number(query.limit ?? 20));
  }

  @Get(':userId')
  one(@Param(new SchemaPipe(getUser.params)) params: Static<typeof getUser.params>): Promise<User> {
    return this.getUser.byId(params.userId);
  }

  @Get()
  some(
    @Query(new SchemaPipe(findUsers.query)) query: Static<typeof findUsers.query>,
  ): Promise<{ users: User[] }> {
    return this.findUsers.run(query);
  }
}
