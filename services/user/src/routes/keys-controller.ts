import { Controller, Get, Header, UseGuards } from '@nestjs/common';
import { KeyRing } from '../domain/key-ring.ts';
import type { JWK } from '../domain/signing-key.ts';
import { ReadyGuard } from './ready-guard.ts';

/** The public keys with which every service checks access tokens. */
@Controller('.well-known')
@UseGuards(ReadyGuard)
export class KeysController {
  constructor(private readonly keyRing: KeyRing) {}

  @Get('jwks.json')
  @Header('cache-control', 'public, max-age=60')
  async list(): Promise<{ keys: readonly JWK[] }> {
    return { keys: await this.keyRing.getPublishedKeys() };
  }
}
