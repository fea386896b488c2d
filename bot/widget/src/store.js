// What a tab remembers through a reload. By default it is gone when the tab is closed: many residents use a library's computers.

const KEY = "resident-chat";
const KEPT_MS = 24 * 3600 * 1000; // as long as a session counts

function read(storage) {
  try {
    return JSON.parse(storage().getItem(KEY)) ?? {};
  } catch {
    return {}; // storage is blocked, or holds something else
  }
}

function write(storage, value) {
  try {
    storage().setItem(KEY, JSON.stringify(value));
  } catch {
    // Blocked or full: the page itself remembers until it is left.
  }
}

const tab = () => window.sessionStorage;
const browser = () => window.localStorage;

export class Store {
  /** `remember`: the session outlives its tabs, for a day after its last message. */
  constructor(remember) {
    this.remember = remember;
    this.values = read(tab);
    const kept = remember ? read(browser) : {};
    this.fromBefore = !this.values.session && kept.session && Date.now() - kept.at < KEPT_MS; // the conversation of a tab that is gone
    if (this.fromBefore) this.values.session = kept.session;
  }

  get(name) {
    return this.values[name];
  }

  set(values) {
    Object.assign(this.values, values);
    write(tab, this.values);
    if (this.remember && "session" in values) write(browser, { session: values.session, at: Date.now() });
  }
}
