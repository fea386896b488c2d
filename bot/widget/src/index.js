// The script of a page: defines the element and puts one on the page. Loaded twice, it does nothing the second time.

import { ResidentChat } from "./element.js";

const NAME = "resident-chat";
const script = document.currentScript;

function place() {
  if (document.querySelector(NAME)) return;
  const chat = document.createElement(NAME);
  Object.assign(chat.dataset, script.dataset);
  document.body.append(chat);
}

if (!customElements.get(NAME)) {
  ResidentChat.gateway = new URL(".", script.src).href;
  customElements.define(NAME, ResidentChat);
  // Of a page that is still being read the end is not there yet, and the keyboard would reach the chat before the page.
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", place);
  else place();
}
