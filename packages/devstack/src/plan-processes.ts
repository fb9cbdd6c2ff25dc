import { allServices, type ServiceName } from './all-services.ts';
import { assertPortFree } from './assert-port-free.ts';
import { findFreePort } from './free-port.ts';

export interface PlannedProcess {
  name: string;
  service: ServiceName;
  port: number;
}

export interface ProcessPlanOptions {
  services: readonly ServiceName[];
  /** How many processes of a service, where not one. */
  counts: Partial<Record<ServiceName, number>>;
  ports: 'random' | 'fixed';
  portOffset: number;
}

/** Names and ports of all service processes. @throws when a fixed port is taken. */
export async function planProcesses(options: ProcessPlanOptions): Promise<PlannedProcess[]> {
  const { services, counts, ports, portOffset } = options;
  const planned: PlannedProcess[] = [];
  for (const service of services) {
    for (let index = 0; index < (counts[service] ?? 1); index += 1) {
      const name = index === 0 ? service : `${service}-${index + 1}`;
      const fixed = allServices[service].fixedPort + 10 * index + portOffset;
      if (ports === 'fixed') await assertPortFree(name, fixed);
      planned.push({ name, service, port: ports === 'fixed' ? fixed : await findFreePort() });
    }
  }
  return planned;
}
