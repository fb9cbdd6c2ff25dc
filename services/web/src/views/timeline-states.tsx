import { t } from '../i18n/t.ts';

export function Beginning({ isEmpty }: { isEmpty: boolean }) {
  return (
    <div class="beginning">
      <p class="state-title">{t.value.startOfConversation}</p>
      {isEmpty && <p class="state-hint">{t.value.sayHello}</p>}
    </div>
  );
}

export function TimelineSkeleton() {
  return (
    <div class="timeline-skeleton" role="status" aria-label={t.value.loading}>
      {[58, 44, 70, 36, 62].map((width, index) => (
        <span key={width} class={`skeleton bubble-shape w-${width} ${index % 3 === 1 ? 'own' : ''}`} />
      ))}
    </div>
  );
}
