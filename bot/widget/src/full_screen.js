// On a phone the panel takes the whole screen: what is behind it is out of reach until it is closed, and the keyboard does not cover it.

export const SMALL = "(max-width: 30rem), (max-height: 25rem)";

/** Elements that hold neither `host` nor anything around it. */
function around(host) {
  const found = [];
  for (let inner = host; inner && inner !== document.body; inner = inner.parentElement) {
    for (const other of inner.parentElement?.children ?? []) if (other !== inner && !other.inert) found.push(other);
  }
  return found;
}

export class FullScreen {
  constructor(host, panel) {
    Object.assign(this, { host, panel });
    this.query = matchMedia(SMALL);
    this.behind = [];
    this.open = false;
    this.update = () => this.apply();
    this.fit = () => this.measure();
    this.query.addEventListener("change", this.update);
    window.visualViewport?.addEventListener("resize", this.fit);
    window.visualViewport?.addEventListener("scroll", this.fit);
  }

  show(open) {
    this.open = open;
    this.apply();
  }

  apply() {
    this.behind.forEach((other) => (other.inert = false));
    const full = this.open && this.query.matches;
    this.behind = full ? around(this.host) : [];
    this.behind.forEach((other) => (other.inert = true));
    if (full) this.panel.setAttribute("aria-modal", "true");
    else this.panel.removeAttribute("aria-modal");
    this.measure();
  }

  measure() {
    const { height, offsetTop, scale } = window.visualViewport ?? {};
    if (!height || scale > 1) return; // enlarged with two fingers: what is seen is a part of the panel, not its size
    this.host.style.setProperty("--_height", `${height}px`);
    this.host.style.setProperty("--_top", `${offsetTop}px`);
  }

  stop() {
    this.show(false);
    this.query.removeEventListener("change", this.update);
    window.visualViewport?.removeEventListener("resize", this.fit);
    window.visualViewport?.removeEventListener("scroll", this.fit);
  }
}
