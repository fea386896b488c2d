// The other tabs of this browser on this site: a session is shared with them, and so is its end.

const NAME = "resident-chat";
const ANSWERS_WITHIN_MS = 120;

export class Tabs {
  /** `shared()` is our session or null; `found(session)` and `gone(key)` are called when others tell of theirs. */
  constructor({ shared, found, gone }) {
    this.channel = "BroadcastChannel" in window ? new BroadcastChannel(NAME) : null;
    this.channel?.addEventListener("message", ({ data }) => {
      if (data.ask && shared()) this.tell({ session: shared() });
      if (data.session) found(data.session);
      if (data.gone) gone(data.gone, data.how);
    });
  }

  tell(message) {
    this.channel?.postMessage(message);
  }

  /** Asks for a session, and waits as long as an answer can take. */
  async ask() {
    if (!this.channel) return;
    this.tell({ ask: true });
    await new Promise((resolve) => setTimeout(resolve, ANSWERS_WITHIN_MS));
  }

  /** Does `work` while no other tab does: two first messages in two tabs make one conversation. */
  alone(work) {
    return navigator.locks ? navigator.locks.request(NAME, work).catch(work) : work();
  }

  close() {
    this.channel?.close();
  }
}
