// Elements. Every text goes in as a text node: nothing a resident, the assistant or a page writes becomes markup.

const SAFE_LINKS = ["http:", "https:", "tel:", "mailto:"];
const ADDRESS = /(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]])/;

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(key, value);
    else if (value !== null && value !== false) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

export function button(title, click, attributes = {}) {
  return element("button", { type: "button", click, ...attributes }, title);
}

export function safeAddress(address) {
  try {
    const url = new URL(address);
    return SAFE_LINKS.includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** A link that opens beside the page; its title alone when the address is none we follow. */
export function link(title, address, words) {
  const href = safeAddress(address);
  if (!href) return document.createTextNode(title);
  if (href.startsWith("tel:")) return element("a", { href }, title);
  const note = element("span", { class: "unseen" }, ` (${words.new_window})`);
  return element("a", { href, target: "_blank", rel: "noopener noreferrer" }, title, note);
}

export function withLinks(text, words) {
  return text.split(ADDRESS).map((part, at) => (at % 2 ? link(part, part, words) : part));
}

export function icon(path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const shape = document.createElementNS(svg.namespaceURI, "path");
  shape.setAttribute("d", path);
  svg.append(shape);
  return svg;
}

/** A word of data/widget.yml with its {names} filled in. */
export function fill(word, values) {
  return word.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}
