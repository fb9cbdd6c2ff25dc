import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@storm/devstack';
import { parseAllDocuments } from 'yaml';
import { sleep } from '../sleep.ts';
import type { Stage } from './stage.ts';

/** What restarts servers in the deployment. Where nothing does, a server that has given up stays down for ever. */
export interface Kubelet {
  /** Restarts so far, by part. */
  readonly restarts: ReadonlyMap<string, number>;
  stop(): Promise<void>;
}

type Watched = 'postgres' | 'nats' | 'minio';

const againEveryMs = 1_000;

interface Probe {
  readonly path: string;
  readonly periodMs: number;
  readonly timeoutMs: number;
  readonly failures: number;
}

/** The liveness probe that the manifest gives NATS, with its own times. */
function readNatsProbe(): Probe {
  const text = readFileSync(join(repositoryRoot(), 'infra/k8s/base/nats.yaml'), 'utf8');
  for (const document of parseAllDocuments(text)) {
    const probe = document.getIn(['spec', 'template', 'spec', 'containers', 0, 'livenessProbe']);
    if (probe === undefined) continue;
    const given = document.toJS().spec.template.spec.containers[0].livenessProbe;
    return {
      path: given.httpGet.path,
      periodMs: given.periodSeconds * 1_000,
      timeoutMs: given.timeoutSeconds * 1_000,
      failures: given.failureThreshold,
    };
  }
  throw new Error('infra/k8s/base/nats.yaml gives NATS no liveness probe');
}

/**
 * Stands in for Kubernetes: starts again what has ended, and NATS when its liveness probe says so. Unlike the real one
 * it does not wait longer after each restart.
 */
export function startKubelet(stage: Stage, names: readonly Watched[], say: (line: string) => void): Kubelet {
  const restarts = new Map<string, number>();
  const probe = readNatsProbe();
  let going = true;
  const isAlive = async (url: string): Promise<boolean> => {
    const answer = await fetch(`${url}${probe.path}`, {
      signal: AbortSignal.timeout(probe.timeoutMs),
    }).catch(() => null);
    return answer?.ok ?? false;
  };
  const watch = async (name: Watched): Promise<void> => {
    const part = stage.platform.part(name);
    let failures = 0;
    let hasStarted = true;
    let probedAt = performance.now();
    while (going) {
      await sleep(200);
      if (part.isRunning && name === 'nats' && performance.now() - probedAt >= probe.periodMs) {
        probedAt = performance.now();
        failures = (await isAlive(stage.platform.part('nats').monitorUrl)) ? 0 : failures + 1;
      }
      if (part.isRunning && failures < probe.failures) continue;
      failures = 0;
      if (part.isRunning || hasStarted) say(`${name} is started again`);
      restarts.set(name, (restarts.get(name) ?? 0) + 1);
      // What cannot start yet is tried again in the next round.
      hasStarted = await part.restart().then(
        () => true,
        () => false,
      );
      if (!hasStarted) await sleep(againEveryMs);
      probedAt = performance.now();
    }
  };
  const watching = Promise.all(names.map(watch));
  return {
    restarts,
    async stop() {
      going = false;
      await watching;
    },
  };
}
