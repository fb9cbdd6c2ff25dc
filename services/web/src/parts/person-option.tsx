import type { User } from '@storm/contracts';
import { Avatar } from './avatar.tsx';

export function PersonOption({ user }: { user: User }) {
  return (
    <>
      <Avatar id={user.id} name={user.displayName} size={36} />
      <span class="option-text">
        {user.displayName} <span class="muted">@{user.username}</span>
      </span>
    </>
  );
}
