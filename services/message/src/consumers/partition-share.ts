import { partitionCount } from '@storm/contracts';

/** The partitions that fall to `self` when these replicas are alive: every one to exactly one, whoever computes it. */
export function partitionShare(self: string, alive: Iterable<string>): Set<number> {
  const replicas = [...new Set([self, ...alive])].sort();
  const place = replicas.indexOf(self);
  const share = new Set<number>();
  for (let partition = 0; partition < partitionCount; partition++) {
    if (partition % replicas.length === place) share.add(partition);
  }
  return share;
}
