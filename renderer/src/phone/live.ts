import { h } from './dom';
import { shoot } from './picture';
import { predict, type Answer } from './server';

/** A running camera. */
export interface Live {
  readonly video: HTMLVideoElement;
  /** The picture that it shows now. */
  shoot(): Promise<Blob>;
  stop(): void;
}

/** Answers a second at most: enough for eyes, little for the server. */
const pauseMilliseconds = 300;

/** Whether this page may use the camera itself: browsers allow it on https alone. */
export function canGoLive(): boolean {
  return window.isSecureContext && typeof navigator.mediaDevices?.getUserMedia === 'function';
}

/** Opens the camera at the back and asks about what it shows, again and again. Errors: those of the browser. */
export async function goLive(onAnswer: (answer: Answer) => void, onError: (error: unknown) => void): Promise<Live> {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment', width: { ideal: 1280 } }, audio: false });
  const video = h('video', { class: 'live', playsinline: true, muted: true, autoplay: true });
  video.muted = true;
  video.srcObject = stream;
  await video.play();
  let running = true;
  const loop = async (): Promise<void> => {
    while (running) {
      try {
        const answer = await predict(await shoot(video));
        if (running) onAnswer(answer);
      } catch (error) {
        if (running) onError(error);
      }
      await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds));
    }
  };
  void loop();
  return {
    video,
    shoot: () => shoot(video),
    stop: () => {
      running = false;
      for (const track of stream.getTracks()) track.stop();
    },
  };
}
