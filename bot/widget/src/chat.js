// A conversation in this tab: its session, what was said, what is still to be sent. Knows no elements; `on` hears what happens.

import { Api, PHOTO_PATIENCE_MS } from "./api.js";
import { bytesOf } from "./photo.js";
import { Sending, randomId } from "./sending.js";
import { Store } from "./store.js";
import { Stream } from "./stream.js";
import { Tabs } from "./tabs.js";

const LATE_MS = 60000;
const nothing = () => ({ you: 0, assistant: 0 });
const everything = () => ({ you: Number.MAX_SAFE_INTEGER, assistant: Number.MAX_SAFE_INTEGER });

export class Chat {
  /**
   * `on` has: line(line, isNew), own(message), state(message), told(message, line), settled(), cleared(why), waiting(whether), connected(whether),
   * late(), silent(), renewed().
   */
  constructor({ gateway, remember, on }) {
    this.on = on;
    this.api = new Api(gateway);
    this.store = new Store(remember);
    this.session = this.store.get("session") ?? null; // {key, token}; the key is ours, so that tabs know the same one under a newer token
    this.past = this.store.get("past") ?? []; // sessions that count no longer, good for deleting what they began
    this.seen = this.store.fromBefore ? everything() : (this.store.get("seen") ?? nothing()); // shown before the last reload: not news
    this.heard = nothing();
    this.waiting = false;
    this.open = false;
    this.sending = new Sending(this.store.get("outbox") ?? [], { send: (message) => this.post(message), changed: (message) => this.noted(message) });
    this.stream = new Stream(this.api, {
      position: () => `${this.heard.you}.${this.heard.assistant}`,
      heard: (batch) => this.receive(batch),
      over: (status) => (status === 410 ? this.forget("ended") : this.expire()),
      connected: (whether) => on.connected(whether),
    });
    this.tabs = new Tabs({
      shared: () => this.session,
      found: (session) => this.adopt(session),
      gone: (key, why) => this.sessions().some((session) => session.key === key) && this.forget(why, false),
    });
  }

  start() {
    this.listening = new AbortController();
    const { signal } = this.listening;
    window.addEventListener("online", () => this.reconnect(), { signal });
    window.addEventListener("pageshow", ({ persisted }) => persisted && this.reconnect(), { signal });
    document.addEventListener("visibilitychange", () => this.wake(), { signal });
    this.api.session = this.session?.token ?? null;
    this.sending.messages.forEach((message) => this.on.own(message));
    if (!this.session) this.tabs.ask();
    this.wake();
  }

  stop() {
    this.listening.abort();
    this.stream.stop();
    this.sending.stop();
    this.tabs.close();
    clearTimeout(this.lateTimer);
  }

  /** Goes on with whatever is to be done: after a reload, a lost connection, a tab that was away. */
  wake() {
    this.sending.retryNow();
    this.stream.pause.wake();
    this.sending.run();
    this.listen();
  }

  /** The stream that was is dead, though nobody has noticed. */
  reconnect() {
    this.stream.stop();
    this.wake();
  }

  show(open) {
    this.open = open;
    this.listen();
  }

  listen() {
    const wanted = this.open || this.waiting || this.sending.messages.length > 0;
    if (this.session && wanted && document.visibilityState === "visible") this.stream.start();
    else {
      this.stream.stop();
      this.on.connected(true);
    }
  }

  /** `message`: {text, choice, location, photo, vote, language}; `text` is what is shown of it, and what is sent when there is nothing else. */
  say(message) {
    this.on.own(this.sending.add(message));
    this.keep();
    this.sending.run();
  }

  takeBack(id) {
    this.sending.remove(id);
    this.keep();
  }

  /** Those of what is shown here: a conversation that went on after its session was over has several. */
  sessions() {
    return this.session ? [...this.past, this.session] : this.past;
  }

  /** Deletes the conversation on both sides. Resolves to whether that worked. */
  async erase() {
    for (const session of this.sessions()) { // the one that is shown last: as soon as it ends, the panel says so
      const { status } = await this.end(session);
      if (status !== 204 && status !== 410) return false;
      this.past = this.past.filter((other) => other !== session);
      this.keep();
    }
    this.forget("deleted");
    return true;
  }

  end({ token }) {
    return this.api.json("end", { body: {}, session: token });
  }

  forget(why, tell = true) {
    for (const session of why === "ended" ? [this.session].filter(Boolean) : this.sessions()) { // elsewhere only this one was ended
      session.deleted = why !== "over";
      if (tell) this.tabs.tell({ gone: session.key, how: why });
    }
    this.stream.stop();
    if (why !== "ended") this.past = [];
    this.become(null);
    this.sending.clear(why === "ended");
    this.wait(false);
    this.keep();
    this.on.cleared(why);
    this.sending.messages.forEach((message) => this.on.own(message));
  }

  /** The session counts no longer. What was said stays to be read; the next message begins anew. */
  expire() {
    const taken = this.sending.messages.filter(({ state }) => state === "taken");
    taken.forEach(({ id }) => this.on.told(this.sending.remove(id)));
    this.past = this.sessions();
    this.become(null);
    this.wait(false);
    this.keep();
    this.on.renewed();
  }

  become(session) {
    this.session = session;
    this.api.session = session?.token ?? null;
    this.seen = nothing();
    this.heard = nothing();
    this.store.set({ session, past: this.past });
  }

  adopt(session) {
    if (!this.session) {
      this.become(session);
      this.seen = everything(); // what another tab has shown is not news here
      this.listen();
    } else if (session.key === this.session.key) this.renew(session.token);
  }

  renew(token) {
    this.session.token = this.api.session = token;
    this.store.set({ session: this.session });
  }

  async post(message) {
    if (!this.session) {
      const begun = await this.tabs.alone(() => this.begin());
      if (begun.status !== 201 || !this.sending.messages.includes(message)) return begun; // no session, or thrown away meanwhile
    }
    const { session } = this;
    const { id, text, choice, location, photo, language } = message;
    const said = choice ? { choice } : location ? { location } : { text };
    const sent = await (photo
      ? this.api.json(`photos?id=${id}&language=${language}`, { body: bytesOf(photo), patienceMs: PHOTO_PATIENCE_MS })
      : this.api.json("messages", { body: { id, language, ...said } }));
    if (this.session !== session) {
      // Started over or deleted meanwhile. What came behind its deletion began the conversation again, where nobody sees it.
      if (sent.status === 202 && session.deleted) await this.end(session);
      return { status: 0 };
    }
    if (sent.status === 202) {
      this.renew(sent.body.session);
      this.tabs.tell({ session: this.session });
    } else if (sent.status === 401) {
      this.stream.stop();
      this.expire();
      return { status: 0 };
    }
    return sent;
  }

  async begin() {
    await this.tabs.ask();
    if (this.session) return { status: 201 };
    const begun = await this.api.json("session", { body: {} });
    if (begun.status === 201) {
      this.become({ key: randomId(), token: begun.body.session });
      this.tabs.tell({ session: this.session });
      this.listen();
    }
    return begun;
  }

  receive({ lines, more, waiting }) {
    if (!this.waiting) this.answered = false;
    this.answered ||= lines.some((line) => line.from === "assistant");
    if (this.waiting && !waiting && !this.answered) this.on.silent();
    for (const line of lines) {
      if (line.number <= this.heard[line.from]) continue;
      this.heard[line.from] = line.number;
      const own = line.id && this.sending.remove(line.id);
      if (own) this.on.told(own, line);
      else this.on.line(line, line.number > this.seen[line.from]);
    }
    if (lines.length) this.on.settled();
    if (!more) this.seen = nothing();
    this.keep();
    this.wait(waiting);
    this.listen();
  }

  wait(waiting) {
    if (waiting === this.waiting) return;
    this.waiting = waiting;
    clearTimeout(this.lateTimer);
    if (waiting) this.lateTimer = setTimeout(() => this.on.late(), LATE_MS);
    this.on.waiting(waiting);
  }

  noted(message) {
    this.keep();
    this.on.state(message);
    this.listen();
  }

  keep() {
    const seen = this.heard.you ? this.heard : this.seen;
    this.store.set({ outbox: this.sending.messages, seen });
  }
}
