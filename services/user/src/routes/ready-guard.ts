import { type CanActivate, Injectable } from '@nestjs/common';
import { runtimeProblems } from '@storm/runtime';
import { DataSource } from 'typeorm';

/** Refuses while the database was never reached since the start; later faults show themselves. */
@Injectable()
export class ReadyGuard implements CanActivate {
  constructor(private readonly dataSource: DataSource) {}

  canActivate(): boolean {
    if (this.dataSource.isInitialized) return true;
    throw runtimeProblems['service-unavailable']({
      detail: 'the database is not connected',
      retryAfterMs: 1_000,
    });
  }
}
