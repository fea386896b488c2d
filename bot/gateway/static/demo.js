// The demo page's conversation over the REST channel: one message at a time, in order, kept until it was sent.

import { assistantLine, closeChoices, failure, residentLine } from "./transcript.js";

const ADDRESS = "/webhooks/rest/webhook";
const PATIENCE_MS = 60000; // longer than the gateway's own deadline, after which it always answers

const find = (id) => document.getElementById(id);
const allWords = JSON.parse(find("words").textContent);
const log = find("log");
const sender = randomId();
let words = allWords[document.documentElement.lang];
let queue = Promise.resolve();
let unanswered = 0;

function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Scrolls to a message of the resident, so that a long answer is read from its beginning. */
function bringUp(line) {
  log.scrollTop = line.offsetTop;
}

function announce(line) {
  const said = document.createElement("p");
  said.textContent = line.innerText;
  said.lang = line.querySelector(".text")?.lang || line.lang;
  find("announcer").append(said);
}

function waiting(change) {
  unanswered += change;
  find("waiting").firstElementChild.hidden = unanswered === 0;
}

function reason(status) {
  if (status === 429) return words.busy;
  return status >= 400 && status < 500 ? words.refused : words.failed;
}

/** Posts one message. Returns {replies} or {problem}, a sentence. */
async function post(message, messageId) {
  try {
    const response = await fetch(ADDRESS, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ sender, message, message_id: messageId, language: document.documentElement.lang }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (!response.ok) return { problem: reason(response.status) };
    const replies = await response.json();
    return replies.length ? { replies } : { problem: words.silent };
  } catch {
    return { problem: words.failed };
  }
}

async function deliver(line, message, messageId) {
  const { replies, problem } = await post(message, messageId);
  waiting(-1);
  if (problem) {
    line.append(failure(problem, words, () => {
      line.querySelector(".failed").remove();
      find("text").focus();
      enqueue(line, message, messageId);
    }));
  } else {
    for (const reply of replies) {
      const answer = assistantLine(reply, words, say, send);
      log.append(answer);
      announce(answer);
    }
  }
  bringUp(line);
}

// The same id again: the gateway answers a message it already has and does nothing twice.
function enqueue(line, message, messageId) {
  waiting(1);
  queue = queue.then(() => deliver(line, message, messageId));
}

/** A new message: whatever could be chosen before is over. */
function say(text, message = text) {
  closeChoices(log);
  send(text, message);
}

/** Sends `message` (a button's payload, or the text itself) and shows `text`. */
function send(text, message) {
  find("announcer").replaceChildren();
  const line = residentLine(text, words);
  log.append(line);
  bringUp(line);
  enqueue(line, message, randomId());
}

function speak(language) {
  words = allWords[language];
  document.documentElement.lang = language;
  document.title = words.title;
  for (const part of document.querySelectorAll("[data-word]")) part.textContent = words[part.dataset.word];
  for (const part of document.querySelectorAll("[data-label]")) part.setAttribute("aria-label", words[part.dataset.label]);
  find("try").querySelectorAll("button").forEach((button, at) => { button.textContent = words.questions[at]; });
  for (const choice of document.querySelectorAll("a[hreflang]")) {
    if (choice.hreflang === language) choice.setAttribute("aria-current", "true");
    else choice.removeAttribute("aria-current");
  }
}

for (const choice of document.querySelectorAll("a[hreflang]")) {
  choice.addEventListener("click", (event) => {
    event.preventDefault();
    speak(choice.hreflang);
  });
}
for (const button of find("try").querySelectorAll("button")) {
  button.addEventListener("click", () => {
    log.scrollIntoView({ block: "nearest" });
    say(button.textContent);
  });
}
find("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = find("text").value.trim();
  if (!text) return;
  find("text").value = "";
  say(text);
});

find("without-script").hidden = true;
find("chat").hidden = false;
find("try").hidden = false;
log.append(assistantLine({ text: words.hello, custom: { language: words.locale } }, words, say, send));
