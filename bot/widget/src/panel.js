// The launcher and the panel: which elements there are, and their words in the language of the moment.

import { button, element, icon, link } from "./dom.js";

const BUBBLE = "M4 3h16a2 2 0 0 1 2 2v11a2 2 0 0 1-2 2h-8l-6 4v-4H4a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2z";
export const MAX_CHARACTERS = 2000;
const COUNTED_FROM = 1800;

export class Panel {
  /** `acts` has toggle, close, submit, typed, photo(file), locate, over, erase, download and speak(language); `names` has what the page calls things. */
  constructor(transcript, acts, names) {
    Object.assign(this, { transcript, acts, names });
    this.unread = false;
    this.launcherText = element("span");
    this.launcher = element("button", { type: "button", class: "launcher", part: "launcher", "aria-expanded": "false", click: acts.toggle });
    this.launcher.append(icon(BUBBLE), this.launcherText);
    this.title = element("h2", { id: "title", tabindex: "-1" });
    this.menuButton = element("button", { type: "button", "aria-expanded": "false", "aria-controls": "menu", click: () => this.toggleMenu() });
    this.closeButton = element("button", { type: "button", click: acts.close });
    this.menu = element("div", { id: "menu", class: "menu", role: "group", hidden: true });
    this.person = element("p", { class: "person" });
    this.notice = element("p", { class: "notice", role: "status" });
    this.label = element("label", { for: "text" });
    this.counter = element("p", { id: "left", class: "left" });
    this.text = element("textarea", { id: "text", rows: "2", maxlength: MAX_CHARACTERS, enterkeyhint: "send", "aria-describedby": "left" });
    this.send = element("button", { type: "submit" });
    this.file = element("input", { type: "file", accept: "image/*", hidden: true, change: () => this.choosePhoto() });
    this.photo = button("", () => this.file.click());
    this.location = button("", acts.locate);
    const tools = element("div", { class: "tools" }, this.photo, this.location, this.file);
    this.form = element("form", {}, this.label, element("div", { class: "row" }, this.text, this.send), this.counter, tools);
    this.question = element("p", { id: "question" });
    this.agree = button("", () => this.dialog.close("agree"));
    this.disagree = button("", () => this.dialog.close(""));
    this.dialog = element("dialog", { "aria-labelledby": "question" });
    this.dialog.append(this.question, element("div", { class: "row" }, this.agree, this.disagree));
    this.panel = element("section", { id: "panel", class: "panel", part: "panel", role: "dialog", "aria-labelledby": "title", hidden: true });
    const header = element("div", { class: "header", part: "header" }, this.title, this.menuButton, this.closeButton);
    this.panel.append(header, this.menu, this.person, transcript.log, this.notice, this.form, this.dialog);
    this.root = element("div", { class: "root" }, this.panel, this.launcher, transcript.announcer);
    this.listen();
  }

  listen() {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.acts.submit();
    });
    this.text.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.acts.submit();
    });
    this.text.addEventListener("input", () => {
      this.count();
      this.acts.typed();
    });
    this.panel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this.dialog.open) return;
      event.stopPropagation();
      if (this.menu.hidden) this.acts.close();
      else this.toggleMenu();
    });
  }

  choosePhoto() {
    const [file] = this.file.files;
    this.file.value = ""; // the same one may be chosen again
    if (file) this.acts.photo(file);
  }

  count() {
    const left = MAX_CHARACTERS - this.text.value.length;
    this.counter.textContent = left <= MAX_CHARACTERS - COUNTED_FROM ? this.words.left.replace("{count}", left) : "";
  }

  toggleMenu(focus = true) {
    this.menu.hidden = !this.menu.hidden;
    this.menuButton.setAttribute("aria-expanded", String(!this.menu.hidden));
    if (focus) (this.menu.hidden ? this.menuButton : this.menu.querySelector("button")).focus();
  }

  /** Says everything in a language: `all` are the words of every language. */
  speak(all, language) {
    this.words = all[language];
    const words = this.words;
    const { transcript } = this;
    this.root.lang = words.locale;
    this.root.dir = words.direction;
    this.title.textContent = this.names.title || words.title;
    this.menuButton.textContent = words.menu;
    this.closeButton.textContent = words.close;
    this.label.textContent = words.input;
    this.send.textContent = words.send;
    this.photo.textContent = words.photo;
    this.location.textContent = words.location;
    this.agree.textContent = words.agree;
    this.disagree.textContent = words.disagree;
    const call = element("span", {}, `${words.person}: `, link(words.phone, `tel:${words.phone}`, words));
    this.person.replaceChildren(call, link(words.contact, words.contact_url, words));
    transcript.log.setAttribute("aria-label", words.conversation);
    transcript.writing.textContent = words.writing;
    transcript.intro.replaceChildren(
      element("p", {}, words.about),
      element("p", {}, words.privacy, " ", link(words.privacy_link, words.privacy_url, words)),
      element("p", {}, element("strong", {}, words.emergency)),
      element("p", { class: "line assistant" }, words.hello),
    );
    const others = Object.keys(all).filter((tag) => tag !== language);
    const closing = (act) => () => {
      this.toggleMenu();
      act();
    };
    this.menu.setAttribute("aria-label", words.menu);
    this.menu.replaceChildren(
      ...others.map((tag) => button(all[tag].language, closing(() => this.acts.speak(tag)), { lang: tag })),
      button(words.download, closing(this.acts.download)),
      button(words.over, closing(this.acts.over)),
      button(words.delete, closing(this.acts.erase)),
    );
    this.count();
    this.call(this.unread);
  }

  /** What the launcher says; `unread`: an answer came while the panel was closed. */
  call(unread) {
    this.unread = unread;
    this.launcher.classList.toggle("unread", unread);
    this.launcherText.textContent = unread ? this.words.launcher_unread : this.names.launcher || this.words.launcher;
  }

  tell(sentence) {
    if (this.notice.textContent !== sentence) this.notice.textContent = sentence;
  }

  /** Asks a question; resolves to whether the resident agrees. */
  ask(question) {
    this.question.textContent = question;
    this.dialog.returnValue = "";
    this.dialog.showModal();
    return new Promise((resolve) => this.dialog.addEventListener("close", () => resolve(this.dialog.returnValue === "agree"), { once: true }));
  }

  show(open) {
    this.panel.hidden = !open;
    this.launcher.setAttribute("aria-expanded", String(open));
  }
}
