// Waiting that can be cut short: by a resident's click, or by the browser saying that the connection is back.

const LONGEST_MS = 15000;

/** How long to wait after so many failures in a row, never quite the same: a gateway that comes back is not met by all at once. */
export function backoff(failures) {
  return Math.min(LONGEST_MS, 500 * 2 ** Math.min(failures, 6)) * (0.5 + Math.random() / 2);
}

export class Pause {
  constructor() {
    this.wake = () => {};
  }

  for(ms, signal) {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal?.addEventListener("abort", done);
      this.wake = done;
    });
  }
}
