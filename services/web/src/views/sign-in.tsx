import { Zap } from 'lucide-preact';
import { useState } from 'preact/hooks';
import { languageOf, locale, locales, t } from '../i18n/t.ts';
import { signedOutBecause, signIn, signUp } from '../state/chat.ts';
import { explain } from '../state/faults.ts';
import { changeSettings } from '../state/settings.ts';

/** Signs in, or creates an account first. */
export function SignIn() {
  const [isNew, setNew] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [isShown, setShown] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const text = t.value;

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const field = (name: string): string => String(form.get(name) ?? '');
    const username = field('username').trim().toLowerCase();
    setBusy(true);
    setFault(null);
    try {
      if (isNew)
        await signUp({ username, displayName: field('displayName').trim(), password: field('password') });
      else await signIn({ username, password: field('password') });
    } catch (error) {
      setFault(explain(error));
      setBusy(false);
    }
  }
  return (
    <main class="sign-in">
      <div class="sign-in-card">
        <span class="brand-mark">
          <Zap size={30} fill="currentColor" aria-hidden="true" />
        </span>
        <h1>{isNew ? text.signUp : `${text.signIn}`}</h1>
        <p class="muted">{text.tagline}</p>
        {signedOutBecause.value !== null && <p class="notice">{text.sessionEnded}</p>}
        <form onSubmit={(event) => void submit(event)} aria-busy={isBusy}>
          {isNew && (
            <Field
              name="displayName"
              label={text.displayName}
              hint={text.displayNameHint}
              autoComplete="name"
              maxLength={64}
            />
          )}
          <Field
            name="username"
            label={text.username}
            hint={isNew ? text.usernameHint : undefined}
            autoComplete="username"
            minLength={3}
            maxLength={32}
            pattern="[A-Za-z0-9][A-Za-z0-9._\-]*"
          />
          <Field
            name="password"
            label={text.password}
            hint={isNew ? text.passwordHint : undefined}
            type={isShown ? 'text' : 'password'}
            autoComplete={isNew ? 'new-password' : 'current-password'}
            minLength={isNew ? 10 : 1}
            maxLength={256}
          />
          <label class="check">
            <input type="checkbox" checked={isShown} onChange={() => setShown(!isShown)} />
            {text.showPassword}
          </label>
          <p class="fault-line" role="alert">
            {fault}
          </p>
          <button type="submit" class="primary wide" disabled={isBusy}>
            {isBusy ? text.signingIn : isNew ? text.signUp : text.signIn}
          </button>
        </form>
        <p class="muted switch-line">
          {isNew ? text.haveAccount : text.noAccountYet}{' '}
          <button
            type="button"
            class="link"
            onClick={() => {
              setNew(!isNew);
              setFault(null);
            }}
          >
            {isNew ? text.signIn : text.signUp}
          </button>
        </p>
      </div>
      <nav class="languages" aria-label={text.languageLabel}>
        {locales.map((one) => (
          <button
            key={one}
            type="button"
            class="link quiet"
            lang={one}
            aria-pressed={one === locale.value}
            onClick={() => changeSettings({ locale: one })}
          >
            {languageOf(one)}
          </button>
        ))}
      </nav>
    </main>
  );
}

interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly hint?: string | undefined;
  readonly type?: string;
  readonly autoComplete: string;
  readonly minLength?: number;
  readonly maxLength: number;
  readonly pattern?: string;
}

function Field({ label, hint, type = 'text', ...input }: FieldProps) {
  const hintId = `${input.name}-hint`;
  return (
    <div class="field">
      <label for={input.name}>{label}</label>
      <input
        id={input.name}
        type={type}
        required
        autocapitalize="none"
        spellcheck={false}
        aria-describedby={hint === undefined ? undefined : hintId}
        {...input}
      />
      {hint && (
        <small id={hintId} class="muted">
          {hint}
        </small>
      )}
    </div>
  );
}
