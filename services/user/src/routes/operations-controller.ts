import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { HealthReport } from '@storm/runtime';
import type { FastifyReply } from 'fastify';
import { Registry } from 'prom-client';

export const HEALTH = Symbol('health');

/** For whoever runs the service: readiness at the root, as the deployment asks, liveness and metrics. */
@Controller()
export class OperationsController {
  constructor(
    @Inject(HEALTH) private readonly health: () => Promise<HealthReport>,
    private readonly registry: Registry,
  ) {}

  @Get()
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthReport> {
    const report = await this.health();
    reply.status(report.status === 'unavailable' ? 503 : 200);
    return report;
  }

  @Get('live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('metrics')
  async metrics(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    reply.type(this.registry.contentType);
    return this.registry.metrics();
  }
}
