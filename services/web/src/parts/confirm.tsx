import { t } from '../i18n/t.ts';
import { tellFault } from '../state/faults.ts';
import { Dialog } from './dialog.tsx';

interface ConfirmProps {
  readonly title: string;
  readonly hint: string;
  readonly act: () => Promise<void>;
  readonly onClose: () => void;
}

/** Asks before something that cannot be taken back. */
export function Confirm({ title, hint, act, onClose }: ConfirmProps) {
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{hint}</p>
      <div class="dialog-footer">
        <button type="button" class="secondary" onClick={onClose}>
          {t.value.cancel}
        </button>
        <button
          type="button"
          class="primary dangerous"
          onClick={() => {
            onClose();
            act().catch(tellFault);
          }}
        >
          {title}
        </button>
      </div>
    </Dialog>
  );
}
