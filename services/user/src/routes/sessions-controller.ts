import { Controller, Delete, Get, HttpCode, Param, Query, UseGuards } from '@nestjs/common';
import { endSession, endSessions, type SignedInDevice } from '@storm/contracts';
import type { Static } from 'typebox';
import type { Claims } from '../domain/access-tokens.ts';
import { EndSessions } from '../domain/end-sessions.ts';
import { Bearer, BearerGuard } from './bearer-guard.ts';
import { ReadyGuard } from './ready-guard.ts';
import { SchemaPipe } from './schema-pipe.ts';

@Controller('sessions')
@UseGuards(ReadyGuard, BearerGuard)
export class SessionsController {
  constructor(private readonly endSessions: EndSessions) {}

  @Get()
  list(@Bearer() claims: Claims): Promise<{ sessions: SignedInDevice[] }> {
    return this.endSessions.list(claims);
  }

  @Delete(':sessionId')
  @HttpCode(204)
  one(
    @Bearer() claims: Claims,
    @Param(new SchemaPipe(endSession.params)) { sessionId }: Static<typeof endSession.params>,
  ): Promise<void> {
    return this.endSessions.one(claims, sessionId);
  }

  @Delete()
  @HttpCode(204)
  all(
    @Bearer() claims: Claims,
    @Query(new SchemaPipe(endSessions.query)) { keep }: Static<typeof endSessions.query>,
  ): Promise<void> {
    return this.endSessions.all(claims, keep === 'this');
  }
}
