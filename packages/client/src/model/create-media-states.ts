import { type ReadonlySignal, type Signal, signal } from '@preact/signals-core';
import type { Media, MediaId } from '@storm/contracts';
import type { StormClient } from '../create-storm-client.ts';
import { retry } from '../retry.ts';
import { StormProblem } from '../storm-problem.ts';

/** Files as the platform knows them; each is fetched when first asked for. */
export interface MediaStates {
  media(id: MediaId): ReadonlySignal<Media | undefined>;
}

export interface FedMediaStates extends MediaStates {
  processed(media: Media): void;
}

export function createMediaStates(storm: StormClient, onFault: (error: unknown) => void): FedMediaStates {
  const known = new Map<MediaId, Signal<Media | undefined>>();
  return {
    media(id) {
      const found = known.get(id);
      if (found !== undefined) return found;
      const media = signal<Media | undefined>(undefined);
      known.set(id, media);
      const ask = () => storm.api.getMedia({ params: { mediaId: id } });
      retry(ask, { withinMs: Number.POSITIVE_INFINITY }).then(
        (state) => {
          media.value ??= state;
        },
        (error: unknown) => {
          if (!(error instanceof StormProblem)) onFault(error);
        },
      );
      return media;
    },
    processed(state) {
      const media = known.get(state.id);
      if (media !== undefined) media.value = state;
    },
  };
}
