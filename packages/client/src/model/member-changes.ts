import type { Member, UserId } from '@storm/contracts';

/** So many the platform shows with a conversation. */
const maxShown = 200;

/** In the order of joining. @param member null for who is not there any more */
export function withMember(members: readonly Member[], userId: UserId, member: Member | null): Member[] {
  if (member === null) return members.filter((one) => one.userId !== userId);
  const held = members.find((one) => one.userId === userId);
  if (held?.joinedAt === member.joinedAt) return members.map((one) => (one === held ? member : one));
  return [...members.filter((one) => one !== held), member].slice(0, maxShown);
}
