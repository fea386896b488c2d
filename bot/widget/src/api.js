// Calls to the gateway. An answer is {status, body, retryAfterMs}; status 0: none came.

const PATIENCE_MS = 15000;
export const PHOTO_PATIENCE_MS = 60000;

export class Api {
  constructor(gateway) {
    this.base = new URL("webhooks/webchat/", gateway);
    this.session = null;
  }

  request(path, { patienceMs, signal, body, headers = {}, session = this.session } = {}) {
    const aborting = new AbortController();
    const timer = patienceMs && setTimeout(() => aborting.abort(), patienceMs);
    signal?.addEventListener("abort", () => aborting.abort(), { once: true });
    if (session) headers.Authorization = `Bearer ${session}`;
    const file = body instanceof Uint8Array;
    if (body) headers["Content-Type"] = file ? "image/jpeg" : "application/json";
    return fetch(new URL(path, this.base), {
      method: body ? "POST" : "GET",
      body: file ? body : body && JSON.stringify(body),
      headers,
      credentials: "omit",
      signal: aborting.signal,
    }).finally(() => clearTimeout(timer));
  }

  async json(path, options = {}) {
    try {
      const response = await this.request(path, { patienceMs: PATIENCE_MS, ...options });
      const body = response.status === 204 ? {} : await response.json();
      return { status: response.status, body, retryAfterMs: 1000 * response.headers.get("Retry-After") };
    } catch {
      return { status: 0, body: {}, retryAfterMs: 0 };
    }
  }
}
