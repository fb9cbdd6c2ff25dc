import { chat } from '../state/chat.ts';
import { Shell } from './shell.tsx';
import { SignIn } from './sign-in.tsx';
import { Toasts } from './toasts.tsx';

export function App() {
  const current = chat.value;
  return (
    <>
      {current === null && <SignIn />}
      {current && <Shell chat={current} key={current.user.id} />}
      <Toasts />
    </>
  );
}
