// The outbox: what a resident wrote and the gateway has not told us back yet. Sent one after the other, each again until it is taken.

import { Pause, backoff } from "./pause.js";

const REFUSED = [400, 409, 413];

export function randomId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Sending {
  /**
   * `send(message)` posts one and resolves to {status, retryAfterMs}; `changed(message)` is called whenever a state changes:
   * sending, taken, kept (sent again by itself), busy (the same, the gateway is full) or refused.
   */
  constructor(messages, { send, changed }) {
    Object.assign(this, { messages, send, changed });
    this.pause = new Pause();
    this.under_way = false;
    this.stopped = false;
  }

  add(said) {
    const message = { ...said, id: randomId(), state: "sending" };
    this.messages.push(message);
    return message;
  }

  /** The gateway told us a message back, or the resident takes it back. */
  remove(id) {
    const at = this.messages.findIndex((message) => message.id === id);
    return at < 0 ? null : this.messages.splice(at, 1)[0];
  }

  /** Throws everything away, or only what the gateway has. */
  clear(onlyTaken = false) {
    this.messages = onlyTaken ? this.messages.filter(({ state }) => state !== "taken") : [];
  }

  retryNow() {
    this.pause.wake();
  }

  stop() {
    this.stopped = true;
    this.pause.wake();
  }

  next() {
    return this.stopped ? null : this.messages.find(({ state }) => state !== "taken" && state !== "refused");
  }

  async run() {
    if (this.under_way) return;
    this.under_way = true;
    try {
      await this.sendAll();
    } finally {
      this.under_way = false;
    }
  }

  async sendAll() {
    let failures = 0;
    for (let message; (message = this.next()); ) {
      this.become(message, failures ? message.state : "sending");
      const { status, retryAfterMs } = await this.send(message);
      if (!this.messages.includes(message)) continue; // told back or thrown away meanwhile
      if (status === 202) this.become(message, "taken");
      else if (REFUSED.includes(status)) this.become(message, "refused");
      else {
        failures += 1;
        this.become(message, status === 429 ? "busy" : "kept");
        await this.pause.for(retryAfterMs || backoff(failures));
        continue;
      }
      failures = 0;
    }
  }

  become(message, state) {
    message.state = state;
    this.changed(message);
  }
}
