import { kubectl, namespace } from './kubectl.ts';
import { listPods } from './pods.ts';

/** Of one pod, since it started, by its control group. */
export interface PodFigures {
  pod: string;
  /** The most that it ever held, files that could be dropped included. */
  peakBytes: number;
  /** What is in use at this moment: memory of the processes and files that were read lately. */
  workingSetBytes: number;
  /** The part of it that no file can give back. */
  anonymousBytes: number;
  cpuSeconds: number;
  throttledSeconds: number;
}

const series: Record<string, keyof Omit<PodFigures, 'pod'>> = {
  container_memory_max_usage_bytes: 'peakBytes',
  container_memory_working_set_bytes: 'workingSetBytes',
  container_memory_rss: 'anonymousBytes',
  container_cpu_usage_seconds_total: 'cpuSeconds',
  container_cpu_cfs_throttled_seconds_total: 'throttledSeconds',
};
const line = /^(\w+)\{([^}]*)\} (\S+)/;
const label = (labels: string, name: string): string =>
  new RegExp(`\\b${name}="([^"]*)"`).exec(labels)?.[1] ?? '';

/** Asks the kubelets, which read the control groups (every 10 s or so). */
export async function readPodFigures(): Promise<PodFigures[]> {
  const nodes = new Set((await listPods()).map(({ node }) => node));
  const found = new Map<string, PodFigures>();
  for (const node of nodes) {
    const text = await kubectl(['get', '--raw', `/api/v1/nodes/${node}/proxy/metrics/cadvisor`]);
    for (const row of text.split('\n')) {
      const [, name = '', labels = '', value = ''] = line.exec(row) ?? [];
      const field = series[name];
      // The row of the whole pod has no container's name; not every runtime tells of single ones.
      const isOfPod = label(labels, 'container') === '' && label(labels, 'namespace') === namespace;
      if (field === undefined || !isOfPod) continue;
      const pod = label(labels, 'pod');
      const figures = found.get(pod) ?? {
        pod,
        peakBytes: 0,
        workingSetBytes: 0,
        anonymousBytes: 0,
        cpuSeconds: 0,
        throttledSeconds: 0,
      };
      figures[field] = Number(value);
      found.set(pod, figures);
    }
  }
  return [...found.values()];
}
