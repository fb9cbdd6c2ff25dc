import type { ServiceName } from '@storm/devstack';
import type { Bug } from '../proof.ts';
import type { Stage } from './stage.ts';

/** A bug in a built file of a service: all its processes are started again with it, and without it afterwards. */
export function patchBug(bug: {
  name: string;
  what: string;
  shows: readonly string[];
  in?: string;
  service: ServiceName;
  file: string;
  from: string;
  to: string;
}): Bug {
  const { service, file, from, to, ...about } = bug;
  return {
    ...about,
    async plant(stage) {
      const heal = await stage.product.patch(service, file, from, to);
      await restartService(stage, service);
      return async () => {
        await heal();
        await restartService(stage, service);
      };
    },
  };
}

async function restartService({ platform }: Stage, service: ServiceName): Promise<void> {
  const processes = platform.processes.filter(
    ({ name }) => name === service || name.startsWith(`${service}-`),
  );
  await Promise.all(processes.map((one) => one.restart()));
}
