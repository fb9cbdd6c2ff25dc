import { Check, CheckCheck, CircleAlert, Clock } from 'lucide-preact';
import { t } from '../i18n/t.ts';

const stateLook = {
  waiting: { icon: Clock, label: 'stateWaiting' },
  sending: { icon: Clock, label: 'stateSending' },
  sent: { icon: Check, label: 'stateSent' },
  delivered: { icon: CheckCheck, label: 'stateDelivered' },
  read: { icon: CheckCheck, label: 'stateRead' },
  failed: { icon: CircleAlert, label: 'stateFailed' },
} as const;

/** How far a message of one's own has got, as a mark. */
export function SendState({ state }: { state: keyof typeof stateLook }) {
  const { icon: Icon, label } = stateLook[state];
  return (
    <span class={`send-state state-${state}`} role="img" aria-label={t.value[label]} title={t.value[label]}>
      <Icon size={14} aria-hidden="true" />
    </span>
  );
}
