// Hearing what is said: server-sent events, or asking again and again where a proxy holds streams back.

import { Pause, backoff } from "./pause.js";

const FIRST_MS = 5000; // a stream begins with an event at once; nothing by then means that something on the way collects it
const SILENCE_MS = 40000; // the gateway sends a comment every 15 seconds: by then the connection is dead
const ASK_EVERY_MS = 3000;
const FULL_MS = 60000;

/** The events of a response's body, as {event, data}; comments come as {}. Source: https://html.spec.whatwg.org/multipage/server-sent-events.html */
export async function* eventsOf(body) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    text += decoder.decode(value, { stream: true });
    const blocks = text.split("\n\n");
    text = blocks.pop();
    for (const block of blocks) {
      const found = {};
      for (const line of block.split("\n")) {
        const at = line.indexOf(": ");
        if (at > 0) found[line.slice(0, at)] = line.slice(at + 2);
      }
      yield found;
    }
  }
}

export class Stream {
  /** `heard(batch)` for what was said, `over(status)` when the session no longer counts, `connected(whether)` on changes. */
  constructor(api, { position, heard, over, connected }) {
    Object.assign(this, { api, position, heard, over, connected });
    this.pause = new Pause();
    this.askUntil = 0;
    this.running = null;
  }

  start() {
    if (this.running) return;
    this.running = new AbortController();
    this.run(this.running.signal);
  }

  stop() {
    this.running?.abort();
    this.running = null;
  }

  async run(signal) {
    let failures = 0;
    while (!signal.aborted) {
      const before = this.position();
      const status = await (Date.now() < this.askUntil ? this.ask(signal) : this.listen(signal));
      if (signal.aborted) return;
      if (status === 401 || status === 410) {
        this.stop();
        this.over(status);
        return;
      }
      if (status === 200) failures = 0;
      else failures += 1;
      if (failures > 1) this.connected(false); // once is a gateway that was started anew
      const idle = status === 200 && this.position() === before;
      await this.pause.for(failures ? backoff(failures) : idle ? ASK_EVERY_MS : 0, signal);
    }
  }

  async listen(signal) {
    const listening = new AbortController();
    const end = () => listening.abort();
    signal.addEventListener("abort", end);
    let timer = setTimeout(end, FIRST_MS);
    let heardAny = false;
    let answered = false;
    try {
      const headers = { "Last-Event-ID": this.position(), Accept: "text/event-stream" };
      const response = await this.api.request("events", { signal: listening.signal, headers });
      if (response.status !== 200) return response.status;
      answered = true;
      for await (const { event, data } of eventsOf(response.body)) {
        clearTimeout(timer);
        timer = setTimeout(end, SILENCE_MS);
        heardAny = true;
        this.connected(true);
        if (event === "ended") return 410;
        if (event === "full") this.askUntil = Date.now() + FULL_MS;
        else if (data) this.heard(JSON.parse(data));
      }
      return 200;
    } catch {
      if (answered && !heardAny && !signal.aborted) this.askUntil = Infinity;
      return 0;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
    }
  }

  async ask(signal) {
    const { status, body } = await this.api.json(`messages?wait=1&after=${this.position()}`, { signal, patienceMs: SILENCE_MS });
    if (status === 200 && !signal.aborted) {
      this.connected(true);
      this.heard(body);
    }
    return status;
  }
}
