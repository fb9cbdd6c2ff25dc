import { isPortFree } from './free-port.ts';
import { findPortHolder } from './port-holder.ts';

/** @throws naming who holds the port and what to do about it. */
export async function assertPortFree(name: string, port: number): Promise<void> {
  if (await isPortFree(port)) return;
  const holder = await findPortHolder(port);
  if (holder === null) {
    throw new Error(
      `Port ${port}, wanted for ${name}, is taken by another program (not one of yours, so its name cannot be seen). ` +
        `Next: see who it is with "sudo lsof -i :${port}" and stop it.`,
    );
  }
  const clone = holder.stormClone;
  const next =
    clone === null
      ? `stop it with "kill ${holder.pid}", or let it be and move Storm with "npm run up -- --offset 1000".`
      : `stop that Storm with "npm run down" in ${clone}, or run this one beside it with "npm run up -- --offset 1000".`;
  throw new Error(
    `Port ${port}, wanted for ${name}, is taken by process ${holder.pid}: ${holder.command}\nNext: ${next}`,
  );
}
