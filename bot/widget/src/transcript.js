// The conversation: a log that only grows, and beside it one place that tells screen readers of each message once.

import { element } from "./dom.js";
import { assistantLine, closeChoices, correct, ownLine, ownText, showState } from "./lines.js";

const GAP = 8;

/** What a line says, without who and when: one row for each part. */
function plain(line) {
  const [, ...parts] = line.children;
  const text = (part) => part.alt ?? part.textContent;
  return parts.map((part) => (part.matches(".choices, .card, .feedback") ? Array.from(part.children, text).join(", ") : text(part))).join("\n");
}

export class Transcript {
  /** `act` is what a resident can do with a line: choose and vote(title, token), locate(), again(), change(message). `words()`: of the moment. */
  constructor({ words, act }) {
    Object.assign(this, { words, act });
    this.intro = element("div", { class: "intro" });
    this.said = element("div", { class: "said" });
    this.pending = element("div", { class: "said" });
    this.writing = element("p", { class: "writing", hidden: true });
    // aria-live off: a log speaks by itself, and the announcer says it better
    this.log = element("div", { class: "log", part: "log", role: "log", "aria-live": "off", tabindex: "0" });
    this.log.append(this.intro, this.said, this.pending, this.writing);
    this.announcer = element("div", { class: "unseen", "aria-live": "polite" });
    this.own = new Map();
  }

  addOwn(message) {
    if (!message.vote) closeChoices(this.log); // a vote answers no question of the dialogue
    const line = ownLine(message.text, this.words());
    this.own.set(message.id, line);
    this.pending.append(line);
    this.state(message);
    this.announcer.replaceChildren();
    this.toEnd();
  }

  state(message) {
    const again = () => {
      this.log.focus();
      this.act.again();
    };
    const change = () => {
      this.own.get(message.id).remove();
      this.own.delete(message.id);
      this.act.change(message);
    };
    const line = this.own.get(message.id);
    if (line) showState(line, message.state, this.words(), { again, change });
  }

  /** The gateway has it: the line goes to its place among what was said. */
  told(message, line) {
    const shown = this.own.get(message.id);
    if (!shown) return;
    this.own.delete(message.id);
    correct(shown, line, this.words());
    this.said.append(shown);
  }

  add(line, isNew) {
    const shown = line.from === "you" ? ownLine(ownText(line, this.words()), this.words(), line.at) : assistantLine(line, this.words(), this.act);
    if (line.from === "you") closeChoices(this.log);
    this.said.append(shown);
    if (isNew) this.firstNew ??= shown;
    if (isNew && line.from === "assistant") this.announce(shown);
  }

  /** After lines were added: scrolls once, however many they were. */
  settle() {
    this.toEnd(this.firstNew);
    this.firstNew = null;
  }

  announce(line) {
    const lang = line.querySelector(".text")?.lang || line.lang;
    this.announcer.append(element("p", { lang }, `${this.words().assistant}: ${plain(line)}`));
  }

  /** A line of ours, neither the resident's nor the assistant's. */
  remark(text) {
    const shown = element("p", { class: "remark" }, text);
    this.said.append(shown);
    this.announcer.append(element("p", {}, text));
    this.toEnd();
  }

  clear() {
    this.own.clear();
    this.said.replaceChildren();
    this.pending.replaceChildren();
    this.announcer.replaceChildren();
  }

  /** Scrolls to the end, but never past the beginning of a long answer. */
  toEnd(line) {
    this.log.scrollTop = line ? Math.min(line.offsetTop - GAP, this.log.scrollHeight) : this.log.scrollHeight;
  }

  /** What was said, as plain text. */
  asText() {
    return Array.from(this.log.querySelectorAll(".said > *"), (shown) => {
      const line = shown.cloneNode(true);
      line.querySelectorAll(".unseen").forEach((note) => note.remove());
      if (line.matches(".remark")) return line.textContent;
      const addresses = Array.from(line.querySelectorAll("a"), (a) => a.href).filter((href) => !line.textContent.includes(href));
      return [line.firstChild.textContent, plain(line), ...addresses].join("\n");
    }).join("\n\n");
  }
}
