import type { ServiceName } from '@storm/devstack';

/** What the deployment gives each service. */
export const deployed: Record<ServiceName, { millicores: number; memoryMiB: number }> = {
  gateway: { millicores: 200, memoryMiB: 128 },
  user: { millicores: 250, memoryMiB: 256 },
  message: { millicores: 200, memoryMiB: 128 },
  media: { millicores: 200, memoryMiB: 128 },
  notification: { millicores: 200, memoryMiB: 128 },
};
