/** Asks one dependency whether it serves; resolves or throws. */
export type HealthCheck = () => Promise<unknown>;

export interface HealthReport {
  status: 'ok' | 'degraded' | 'unavailable';
  service: string;
  version: string;
  dependencies: Record<
    string,
    { status: 'up' | 'down'; required: boolean; latencyMs: number; error?: string }
  >;
}

export interface HealthOptions {
  service: string;
  version: string;
  /** Without one of these the service cannot do its work: `unavailable`, HTTP 503. */
  required: Readonly<Record<string, HealthCheck>>;
  /** Without one of these it works with less: `degraded`, HTTP 200. */
  optional?: Readonly<Record<string, HealthCheck>>;
  timeoutMs?: number;
}

/** Builds the function behind `GET /health`: asks all dependencies at once, each within `timeoutMs` (default 1000). */
export function createHealth(options: HealthOptions): () => Promise<HealthReport> {
  const { service, version, required, optional = {}, timeoutMs = 1_000 } = options;
  const ask = async (name: string, check: HealthCheck, isRequired: boolean) => {
    const startedAt = performance.now();
    let timer: NodeJS.Timeout | undefined;
    try {
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error(`no answer in ${timeoutMs} ms`)), timeoutMs);
      });
      await Promise.race([check(), late]);
      return [name, { status: 'up' as const, required: isRequired, latencyMs: since(startedAt) }] as const;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return [
        name,
        { status: 'down' as const, required: isRequired, latencyMs: since(startedAt), error: message },
      ] as const;
    } finally {
      clearTimeout(timer);
    }
  };
  return async () => {
    const answers = await Promise.all([
      ...Object.entries(required).map(([name, check]) => ask(name, check, true)),
      ...Object.entries(optional).map(([name, check]) => ask(name, check, false)),
    ]);
    const down = answers.filter(([, answer]) => answer.status === 'down');
    const status = down.some(([, answer]) => answer.required)
      ? 'unavailable'
      : down.length > 0
        ? 'degraded'
        : 'ok';
    return { status, service, version, dependencies: Object.fromEntries(answers) };
  };
}

const since = (startedAt: number): number => Math.round((performance.now() - startedAt) * 10) / 10;
