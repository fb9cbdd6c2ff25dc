import { abortUpload, type Question } from '@storm/contracts';
import { type Bus, type Logger, request, toProblem } from '@storm/runtime';

/** Tells the media service that an upload came to nothing. */
export type ForgetUpload = (upload: Question<typeof abortUpload>) => Promise<void>;

const waitMs = 2_000;
/** Five minutes: what is away for longer is looked after by people, and an upload expires after an hour by itself. */
const maxTries = 150;
const maxAtOnce = 1_000;

/**
 * Tells it as often as it takes: an open upload counts against its user, and what broke the upload (a full disk, a server
 * that is away) mostly keeps it from being forgotten at once.
 */
export function createForgetUpload(bus: Bus, log: Logger): ForgetUpload {
  let atOnce = 0;
  const tell = async (upload: Question<typeof abortUpload>): Promise<void> => {
    for (let tries = 1; ; tries++) {
      try {
        await request(bus, abortUpload, upload);
        return;
      } catch (error) {
        if (tries === maxTries || !toProblem(error).retryable) throw error;
        await new Promise((resolve) => setTimeout(resolve, waitMs).unref());
      }
    }
  };
  return async (upload) => {
    const { mediaId } = upload;
    if (atOnce >= maxAtOnce) return log.warn({ mediaId }, 'too many broken uploads to forget this one');
    atOnce++;
    try {
      await tell(upload);
    } catch (error) {
      log.warn({ err: error, mediaId }, 'a broken upload could not be forgotten');
    } finally {
      atOnce--;
    }
  };
}
