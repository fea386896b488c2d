// What was said, as elements. Every text goes in as a text node: nothing a resident or the assistant writes becomes markup.

const SAFE_LINKS = ["http:", "https:", "tel:", "mailto:"];
const ADDRESS = /(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]])/;

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function link(title, address, words) {
  let url;
  try {
    url = new URL(address);
  } catch {
    return document.createTextNode(title);
  }
  if (!SAFE_LINKS.includes(url.protocol)) return document.createTextNode(title);
  const note = element("span", { class: "unseen" }, ` (${words.new_window})`);
  return element("a", { href: url.href, target: "_blank", rel: "noopener noreferrer" }, title, note);
}

function withLinks(text, words) {
  return text.split(ADDRESS).map((part, at) => (at % 2 ? link(part, part, words) : part));
}

function line(speaker, words, ...children) {
  const name = element("p", { class: "speaker" }, words[speaker]);
  return element("div", { class: `line ${speaker}`, lang: words.locale }, name, ...children);
}

/** The resident's own words. */
export function residentLine(text, words) {
  return line("you", words, element("p", { class: "text", lang: "" }, text)); // lang "": not known
}

/** Why a message was not sent, with a button that sends it again. */
export function failure(reason, words, again) {
  const button = element("button", { type: "button" }, words.again);
  button.addEventListener("click", again);
  return element("div", { class: "failed", role: "alert" }, element("p", {}, reason), button);
}

/** `as_of` is a date without time: read and written as UTC, it stays that day everywhere. */
function sourceLine(source, words) {
  const parts = [`${words.source} `, link(source.name, source.url, words)];
  const day = new Date(source.as_of);
  if (source.as_of && !Number.isNaN(day.valueOf())) {
    const written = new Intl.DateTimeFormat(words.locale, { dateStyle: "long", timeZone: "UTC" }).format(day);
    parts.push(`, ${words.as_of} ${written}`);
  }
  return element("p", { class: "source" }, ...parts);
}

function choiceGroup(buttons, label, choose) {
  const group = element("div", { class: "choices", role: "group", "aria-label": label });
  for (const { title, payload } of buttons) {
    const button = element("button", { type: "button" }, title);
    // aria-disabled, not disabled: the keyboard's place is not lost
    button.addEventListener("click", () => {
      if (button.getAttribute("aria-disabled") === "true") return;
      for (const one of group.children) one.classList.toggle("chosen", one === button);
      choose(title, payload);
    });
    group.append(button);
  }
  return group;
}

// REST's text ends with a paragraph for the link and one for the source, for callers that show text only.
function ownText({ text = "", custom = {} }) {
  const repeated = (custom.link ? 1 : 0) + (custom.source ? 1 : 0);
  const paragraphs = text.split("\n\n");
  return paragraphs.slice(0, paragraphs.length - repeated).join("\n\n");
}

/** Did the answer help? Its buttons go on working, so that a vote can be changed. */
function feedbackGroup({ question, yes, no }, language, vote) {
  const group = choiceGroup([yes, no], question, vote);
  group.classList.replace("choices", "feedback");
  group.lang = language || "";
  group.prepend(element("p", {}, question));
  return group;
}

/**
 * One message of the assistant in REST's shape: {text, buttons, custom: {link, place, picture, source, feedback, language}}.
 * `choose` and `vote` get the title and the payload of what was tapped.
 */
export function assistantLine(message, words, choose, vote) {
  const { link: more, place, picture, source, feedback, language } = message.custom || {};
  const parts = [];
  const text = ownText(message);
  if (text) parts.push(element("p", { class: "text", lang: language || "" }, ...withLinks(text, words)));
  if (more) parts.push(element("p", {}, link(more.title, more.url, words)));
  if (place) parts.push(element("p", {}, place.label));
  if (picture) parts.push(element("p", {}, link(picture.alt, picture.url, words)));
  if (source) parts.push(sourceLine(source, words));
  if (message.buttons?.length) parts.push(choiceGroup(message.buttons, words.choose, choose));
  if (feedback) parts.push(feedbackGroup(feedback, language, vote));
  return line("assistant", words, ...parts);
}

/** An earlier question is over: its choices stay readable but do nothing. */
export function closeChoices(log) {
  for (const button of log.querySelectorAll(".choices button")) button.setAttribute("aria-disabled", "true");
}
