// What was said, as elements.

import { button, element, fill, icon, link, safeAddress, withLinks } from "./dom.js";

const THUMB_UP = "M2 10h4v11H2zM8 21V10l4-8a2.5 2.5 0 0 1 2.5 2.5V9H20a2 2 0 0 1 2 2.3l-1.3 8A2 2 0 0 1 18.7 21z";
const THUMB_DOWN = "M22 14h-4V3h4zM16 3v11l-4 8a2.5 2.5 0 0 1-2.5-2.5V15H4a2 2 0 0 1-2-2.3l1.3-8A2 2 0 0 1 5.3 3z";

function time(at, words) {
  const when = new Date(at);
  if (Number.isNaN(when.valueOf())) return "";
  const written = new Intl.DateTimeFormat(words.locale, { timeStyle: "short" }).format(when);
  return element("time", { datetime: at }, written);
}

function frame(speaker, words, at, ...children) {
  const name = element("p", { class: "speaker" }, `${words[speaker]} `, at ? time(at, words) : "");
  return element("div", { class: `line ${speaker}`, part: `line ${speaker}`, lang: words.locale }, name, ...children);
}

/** The resident's own words. `lang` "": not known. */
export function ownLine(text, words, at) {
  return frame("you", words, at, element("p", { class: "text", lang: "", dir: "auto" }, text));
}

/** What is shown of a message that may have a place or photos instead of words. */
export function ownText({ text, place, photos }, words) {
  return text || (photos ? words.photo_sent : place ? words.location_sent : "");
}

/** Takes a row away. If it had the keyboard's place, that is the log then: it would be lost, for messages also go by themselves. */
function takeAway(row) {
  if (row?.contains(row.getRootNode().activeElement)) row.closest(".log").focus();
  row?.remove();
}

/** Shows what the gateway keeps of a message, which is without card numbers and the like. */
export function correct(line, told, words) {
  takeAway(line.querySelector(".state"));
  if (!told) return;
  line.querySelector(".text").textContent = ownText(told, words);
  line.querySelector(".speaker").append(time(told.at, words));
}

const SENTENCES = { sending: "sending", kept: "kept", busy: "busy", refused: "refused" };

/** Under a line that is not sent: why, and what can be done. */
export function showState(line, state, words, { again, change }) {
  const shown = line.querySelector(".state");
  if (shown?.dataset.state === state) return;
  takeAway(shown);
  if (!SENTENCES[state]) return;
  const wrong = state !== "sending";
  const row = element("div", { class: wrong ? "state wrong" : "state", role: wrong ? "alert" : null, "data-state": state });
  row.append(element("p", {}, words[SENTENCES[state]]));
  if (state === "kept" || state === "busy") row.append(button(words.again, again));
  if (state === "refused") row.append(button(words.change, change));
  line.append(row);
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

function placeCard(place, words) {
  return element("div", { class: "card" }, place.label ? element("p", {}, place.label) : "", element("p", {}, link(words.place, fill(words.map_url, place), words)));
}

function figure(picture, words) {
  const src = safeAddress(picture.url);
  const image = src && element("img", { src, alt: picture.alt, loading: "lazy", referrerpolicy: "no-referrer" });
  image?.addEventListener("error", () => image.replaceWith(element("p", {}, picture.alt)));
  return element("div", { class: "card" }, image ?? element("p", {}, picture.alt), element("p", {}, link(words.picture, picture.url, words)));
}

/** A button that does nothing more once its question is over. aria-disabled, not disabled: the keyboard's place is not lost. */
function choiceButton(title, act) {
  return button(title, ({ currentTarget: tapped }) => tapped.getAttribute("aria-disabled") === "true" || act(tapped));
}

function choiceGroup(choices, words, choose) {
  const group = element("div", { class: "choices", role: "group", "aria-label": words.choose });
  for (const { title, payload } of choices) {
    const tap = (tapped) => {
      tapped.classList.add("chosen");
      choose(title, payload);
    };
    group.append(choiceButton(title, tap));
  }
  return group;
}

/** Did the answer help? The thumbs go on working, so that a vote can be changed. */
function thumbs({ question, yes, no }, language, vote) {
  const group = element("div", { class: "feedback", role: "group", "aria-label": question, lang: language ?? "" }, element("p", {}, question));
  const tap = ({ title, payload }) => ({ currentTarget: tapped }) => {
    for (const one of group.querySelectorAll("button")) one.setAttribute("aria-pressed", String(one === tapped));
    vote(title, payload);
  };
  for (const [choice, thumb] of [[yes, THUMB_UP], [no, THUMB_DOWN]]) {
    const one = button(choice.title, tap(choice), { "aria-pressed": "false" });
    one.prepend(icon(thumb));
    group.append(one);
  }
  return group;
}

/**
 * One message of the assistant: {text, choices, link, place, picture, source, feedback, asks_location, language, at}. `choose` and
 * `vote` get the title and the token of what was tapped; `locate` shares where the resident is.
 */
export function assistantLine(message, words, { choose, vote, locate }) {
  const { text, link: more, place, picture, source, choices, feedback, asks_location: asksLocation, language, at } = message;
  const parts = [];
  if (text) parts.push(element("p", { class: "text", lang: language ?? "", dir: "auto" }, ...withLinks(text, words)));
  if (picture) parts.push(figure(picture, words));
  if (place) parts.push(placeCard(place, words));
  if (more) parts.push(element("p", {}, link(more.title, more.url, words)));
  if (source) parts.push(sourceLine(source, words));
  if (choices?.length) parts.push(choiceGroup(choices, words, choose));
  if (asksLocation) parts.push(element("div", { class: "choices" }, choiceButton(words.location, locate)));
  if (feedback) parts.push(thumbs(feedback, language, vote));
  return frame("assistant", words, at, ...parts);
}

/** An earlier question is over: its choices stay readable but do nothing. */
export function closeChoices(log) {
  for (const choice of log.querySelectorAll(".choices button")) choice.setAttribute("aria-disabled", "true");
}
