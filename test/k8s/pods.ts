import { getJson } from './kubectl.ts';

interface Condition {
  type: string;
  status: string;
  lastTransitionTime: string;
}

interface ContainerStatus {
  name: string;
  restartCount: number;
  lastState?: { terminated?: { reason?: string; exitCode?: number } };
}

interface PodObject {
  metadata: {
    name: string;
    uid: string;
    creationTimestamp: string;
    deletionTimestamp?: string;
    labels: Record<string, string>;
  };
  spec: { nodeName?: string };
  status: { conditions?: Condition[]; containerStatuses?: ContainerStatus[]; phase: string };
}

export interface Pod {
  name: string;
  uid: string;
  /** The workload it is of. */
  app: string;
  node: string;
  isReady: boolean;
  isEnding: boolean;
  /** From its creation; to the second, which is as exact as Kubernetes writes it down. */
  readyAfterSeconds: number | null;
  restarts: number;
  /** Why a container of it ended last, if one did. */
  lastEnd: string | null;
}

export async function listPods(selector = ''): Promise<Pod[]> {
  const { items } = await getJson<{ items: PodObject[] }>('pods', '-l', selector);
  return items.map(({ metadata, spec, status }) => {
    const ready = status.conditions?.find(({ type }) => type === 'Ready');
    const isReady = ready?.status === 'True';
    const ended = status.containerStatuses?.map((one) => one.lastState?.terminated).find(Boolean);
    return {
      name: metadata.name,
      uid: metadata.uid,
      app: metadata.labels['app.kubernetes.io/name'] ?? metadata.name,
      node: spec.nodeName ?? '',
      isReady,
      isEnding: metadata.deletionTimestamp !== undefined,
      readyAfterSeconds: isReady
        ? (Date.parse(ready.lastTransitionTime) - Date.parse(metadata.creationTimestamp)) / 1_000
        : null,
      restarts: status.containerStatuses?.reduce((sum, one) => sum + one.restartCount, 0) ?? 0,
      lastEnd: ended ? `${ended.reason ?? ''} ${ended.exitCode ?? ''}`.trim() : null,
    };
  });
}
