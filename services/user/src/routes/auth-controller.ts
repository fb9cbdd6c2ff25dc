import { Body, Controller, Header, Headers, HttpCode, Post, UseGuards } from '@nestjs/common';
import { login, refresh, register, type Tokens } from '@storm/contracts';
import type { Static } from 'typebox';
import type { Claims } from '../domain/access-tokens.ts';
import { LogIn } from '../domain/log-in.ts';
import { LogOut } from '../domain/log-out.ts';
import { RefreshSession } from '../domain/refresh-session.ts';
import { RegisterUser } from '../domain/register-user.ts';
import { Bearer, BearerGuard } from './bearer-guard.ts';
import { ReadyGuard } from './ready-guard.ts';
import { SchemaPipe } from './schema-pipe.ts';

@Controller('auth')
@UseGuards(ReadyGuard)
export class AuthController {
  constructor(
    private readonly registerUser: RegisterUser,
    private readonly logIn: LogIn,
    private readonly refreshSession: RefreshSession,
    private readonly logOut: LogOut,
  ) {}

  @Post('register')
  @Header('cache-control', 'no-store')
  register(
    @Body(new SchemaPipe(register.body)) body: Static<typeof register.body>,
    @Headers('user-agent') userAgent: string | undefined,
  ): Promise<Tokens> {
    return this.registerUser.run(body, userAgent);
  }

  @Post('login')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  login(
    @Body(new SchemaPipe(login.body)) body: Static<typeof login.body>,
    @Headers('user-agent') userAgent: string | undefined,
  ): Promise<Tokens> {
    return this.logIn.run(body, userAgent);
  }

  @Post('refresh')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  refresh(@Body(new SchemaPipe(refresh.body)) body: Static<typeof refresh.body>): Promise<Tokens> {
    return this.refreshSession.run(body.refreshToken);
  }

  @Post('logout')
  @HttpCode(204)
  @UseGuards(BearerGuard)
  logout(@Bearer() claims: Claims): Promise<void> {
    return this.logOut.run(claims);
  }
}
