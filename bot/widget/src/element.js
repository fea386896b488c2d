// <resident-chat>: the element a page holds. It fetches its words, and joins the conversation with what is seen of it.

import { Chat } from "./chat.js";
import { element } from "./dom.js";
import { FullScreen } from "./full_screen.js";
import { whereIAm } from "./location.js";
import { Panel } from "./panel.js";
import { Pause, backoff } from "./pause.js";
import { shrink } from "./photo.js";
import css from "./styles.css";
import { paint } from "./theme.js";
import { Transcript } from "./transcript.js";

const WRITING_SAID_AFTER_MS = 4000; // a quick answer is not announced twice

export class ResidentChat extends HTMLElement {
  static gateway = null; // where the script came from

  connectedCallback() {
    if (!this.shadowRoot) this.attachShadow({ mode: "open" });
    this.leaving = new AbortController();
    this.ready = this.build(this.leaving.signal);
  }

  disconnectedCallback() {
    this.leaving.abort();
    this.chat?.stop();
    this.fullScreen?.stop();
    this.shadowRoot.replaceChildren();
    this.chat = this.panel = null;
  }

  /** Opens the panel and puts the cursor where the resident writes. */
  async open() {
    await this.ready;
    this.show(true);
    const touched = matchMedia("(pointer: coarse)").matches; // there the cursor brings up a keyboard that covers half the screen
    (touched ? this.panel.title : this.panel.text).focus();
  }

  async close() {
    await this.ready;
    this.show(false);
    this.panel.launcher.focus();
  }

  /** Opens the panel and asks a question for the resident. */
  async ask(text) {
    await this.open();
    this.say(text);
  }

  async build(signal) {
    const gateway = this.dataset.gateway || this.constructor.gateway;
    this.all = await fetchWords(new URL("webhooks/webchat/words", gateway), signal);
    if (!this.all) return new Promise(() => {}); // removed before the gateway answered
    const act = {
      choose: (title, choice) => this.say(title, { choice }),
      vote: (title, choice) => this.say(title, { choice, vote: true }),
      locate: () => this.shareLocation(),
      again: () => this.chat.wake(),
      change: (message) => this.change(message),
    };
    this.transcript = new Transcript({ words: () => this.words, act });
    this.panel = new Panel(this.transcript, this.acts(), this.dataset);
    this.chat = new Chat({ gateway, remember: "remember" in this.dataset, on: this.reactions() });
    const { store } = this.chat;
    const chosen = store.get("language");
    this.pageLanguage = this.languageOfPage();
    this.language = chosen?.on === this.pageLanguage ? chosen.language : this.pageLanguage;
    this.panel.speak(this.all, this.language);
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    this.shadowRoot.adoptedStyleSheets = [sheet];
    this.shadowRoot.replaceChildren(this.panel.root);
    paint(this, this.panel.launcher, this.dataset.color);
    this.fullScreen = new FullScreen(this, this.panel.panel);
    this.panel.text.value = store.get("draft") ?? "";
    window.addEventListener("offline", () => this.tellConnection(), { signal });
    window.addEventListener("online", () => this.tellConnection(), { signal });
    this.connected = true;
    this.chat.start();
    if (store.get("open")) this.show(true);
    this.tellConnection();
  }

  get words() {
    return this.all[this.language];
  }

  languageOfPage() {
    const page = this.closest("[lang]")?.lang;
    const wished = [this.dataset.language, page, ...navigator.languages].map((tag) => tag?.split("-")[0].toLowerCase());
    return wished.find((tag) => tag in this.all) ?? Object.keys(this.all)[0];
  }

  acts() {
    return {
      toggle: () => (this.panel.panel.hidden ? this.open() : this.close()),
      close: () => this.close(),
      submit: () => this.submit(),
      typed: () => this.chat.store.set({ draft: this.panel.text.value }),
      speak: (language) => this.speak(language),
      photo: (file) => this.sendPhoto(file),
      locate: () => this.shareLocation(),
      download: () => this.download(),
      over: () => this.startOver(),
      erase: () => this.erase(),
    };
  }

  reactions() {
    const { transcript } = this;
    return {
      own: (message) => transcript.addOwn(message),
      state: (message) => transcript.state(message),
      told: (message, line) => transcript.told(message, line),
      line: (line, isNew) => {
        transcript.add(line, isNew);
        if (isNew && line.from === "assistant" && this.panel.panel.hidden) this.panel.call(true);
      },
      settled: () => transcript.settle(),
      cleared: (why) => {
        transcript.clear();
        if (why !== "over") transcript.remark(why === "ended" ? this.words.ended : this.words.deleted);
      },
      renewed: () => transcript.remark(this.words.renewed),
      waiting: (waiting) => this.tellWaiting(waiting),
      late: () => transcript.remark(this.words.late),
      silent: () => transcript.remark(this.words.silent),
      connected: (connected) => {
        this.connected = connected;
        this.tellConnection();
      },
    };
  }

  show(open) {
    this.panel.show(open);
    this.fullScreen.show(open);
    this.chat.store.set({ open });
    this.chat.show(open);
    if (open) {
      this.panel.call(false);
      this.transcript.toEnd();
    }
  }

  submit() {
    const text = this.panel.text.value.trim();
    if (!text) return;
    this.write("");
    this.say(text);
  }

  write(text) {
    this.panel.text.value = text;
    this.panel.count();
    this.chat.store.set({ draft: text });
  }

  say(text, more = {}) {
    this.chat.say({ text, ...more, language: this.language });
  }

  async sendPhoto(file) {
    const photo = await shrink(file);
    if (photo) this.say(this.words.photo_sent, { photo });
    else this.transcript.remark(this.words.photo_unreadable);
  }

  /** Asks first: the browser's own question comes without a reason. */
  async shareLocation() {
    if (!(await this.panel.ask(this.words.location_question))) return;
    const location = await whereIAm();
    if (location) this.say(this.words.location_sent, { location });
    else this.transcript.remark(this.words.location_failed);
  }

  /** A message that was refused goes back to where it is written, before what was begun meanwhile. */
  change({ id, text, photo, location }) {
    this.chat.takeBack(id);
    if (!photo && !location) this.write([text, this.panel.text.value].filter(Boolean).join("\n"));
    this.panel.text.focus();
  }

  /** Changes the language here and, if a conversation is going on, asks for it there: the assistant answers in it from now on. */
  speak(language) {
    this.language = language;
    this.chat.store.set({ language: { on: this.pageLanguage, language } });
    this.panel.speak(this.all, language);
    this.tellConnection();
    if (this.transcript.log.querySelector(".line.you")) this.say(this.words.continue);
    this.panel.text.focus();
  }

  tellWaiting(waiting) {
    this.transcript.writing.hidden = !waiting;
    clearTimeout(this.writingTimer);
    if (!waiting) return;
    this.transcript.toEnd();
    this.writingTimer = setTimeout(() => this.transcript.announcer.append(element("p", {}, this.words.writing)), WRITING_SAID_AFTER_MS);
  }

  tellConnection() {
    const { offline, reconnecting } = this.words;
    this.panel.tell(navigator.onLine ? (this.connected ? "" : reconnecting) : offline);
  }

  async startOver() {
    if (!(await this.panel.ask(this.words.over_question))) return;
    this.chat.forget("over");
    this.panel.text.focus();
  }

  async erase() {
    if (!(await this.panel.ask(this.words.delete_question))) return;
    if (!(await this.chat.erase())) this.transcript.remark(this.words.delete_failed);
    this.panel.text.focus();
  }

  download() {
    const href = URL.createObjectURL(new Blob([`${this.transcript.asText()}\n`], { type: "text/plain;charset=utf-8" }));
    element("a", { href, download: this.words.file }).click();
    setTimeout(() => URL.revokeObjectURL(href), 1000);
  }
}

/** The words, tried for as long as it takes: without the gateway there is no launcher either. Null when the element is gone first. */
async function fetchWords(address, signal) {
  const pause = new Pause();
  for (let failures = 0; !signal.aborted; failures += 1) {
    try {
      const response = await fetch(address, { signal, credentials: "omit" });
      if (response.ok) return await response.json();
    } catch {
      // not reached: tried again
    }
    await pause.for(backoff(failures), signal);
  }
  return null;
}
