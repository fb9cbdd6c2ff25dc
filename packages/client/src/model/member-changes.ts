import type { Member, UserId } from '@storm/contracts';

/**
 * In the order of joining.
 * @param member null for who is not there any more
 * @param isWhole false: there are more than these, and somebody new stands behind those that are not here
 */
export function withMember(
  members: readonly Member[],
  userId: UserId,
  member: Member | null,
  isWhole = true,
): Member[] {
  if (member === null) return members.filter((one) => one.userId !== userId);
  const held = members.find((one) => one.userId === userId);
  if (held?.joinedAt === member.joinedAt) return members.map((one) => (one === held ? member : one));
  const others = members.filter((one) => one !== held);
  return isWhole ? [...others, member] : others;
}
