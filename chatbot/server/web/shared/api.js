// The REST interface of a Cuttings server, and what can go wrong on the way to it.

import { english } from "./english.js";

/**
 * A request that failed, with a message that can be shown. `kind` names a text of english.js; `detail` is what
 * the server said, "" where it said nothing; `wait`: seconds before another try makes sense.
 */
export class ApiError extends Error {
  constructor(kind, { status = 0, detail = "", wait = 0 } = {}) {
    super(detail || (status ? `The server answered ${status}.` : english[kind]));
    Object.assign(this, { kind, status, detail, wait });
  }
}

/** The kind of failure that a status other than 2xx means. */
export const kindOf = (status) => ({ 401: "unsigned", 403: "refused", 429: "busy", 503: "busy" })[status] ?? "failed";

export class Api {
  #options;
  #headers;

  /**
   * `base`: the server's address, "" for that of this page; `options`: those of `fetch`, for every request; `key`:
   * an API key, "" where none is needed; `collection`: the name of one of the server's, "" for its first.
   */
  constructor(base = "", options = {}, { key = "", collection = "" } = {}) {
    this.base = base;
    this.root = `${base}api/v1/${collection && `collections/${encodeURIComponent(collection)}/`}`;
    this.page = `${base}${collection && `?collection=${encodeURIComponent(collection)}`}`;
    this.#options = options;
    this.#headers = key ? { authorization: `Bearer ${key}` } : {};
  }

  async get(path) {
    return (await this.request(path)).json();
  }

  async post(path, body) {
    return (await this.request(path, asJson(body))).json();
  }

  /** The newest version, where no other is named. */
  article(id, version) {
    return this.get(`articles/${encodeURIComponent(id)}${version ? `?version=${version}` : ""}`);
  }

  /** The response, whose status is good. Throws ApiError; what `fetch` throws where it was aborted. */
  async request(path, options = {}) {
    let response;
    try {
      response = await fetch(`${this.root}${path}`, {
        ...this.#options,
        ...options,
        headers: { ...options.headers, ...this.#headers },
      });
    } catch (error) {
      if (options.signal?.aborted) throw error;
      throw new ApiError(await this.unreached());
    }
    if (response.ok) return response;
    const problem = await response.json().catch(() => ({}));
    const wait = Number(response.headers.get("retry-after")) || 0;
    throw new ApiError(kindOf(response.status), { status: response.status, detail: problem.detail, wait });
  }

  /** The kind of failure where no response came. */
  async unreached() {
    return "gone";
  }
}

/** The options of a POST of JSON. */
export const asJson = (body) => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});
