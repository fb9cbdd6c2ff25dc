import type { LucideIcon } from 'lucide-preact';
import type { ComponentChildren } from 'preact';

/** What stands where there is nothing to show: why, and what to do. */
export function StateView({
  icon: Icon,
  title,
  hint,
  children,
}: {
  icon: LucideIcon;
  title: string;
  hint?: string;
  children?: ComponentChildren;
}) {
  return (
    <div class="state-view">
      <span class="state-icon">
        <Icon size={28} aria-hidden="true" />
      </span>
      <p class="state-title">{title}</p>
      {hint && <p class="state-hint">{hint}</p>}
      {children}
    </div>
  );
}
