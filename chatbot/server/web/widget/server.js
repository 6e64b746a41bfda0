// The server as the widget reaches it: from another site, with answers that come in parts.

import { Api, ApiError, asJson, kindOf } from "../shared/api.js";

export class Server extends Api {
  constructor({ base, key, collection }) {
    super(base, { credentials: "omit" }, { key, collection });
  }

  /** The answer as it comes: [event, data], the last of them ["answer", ...]. */
  async *ask(body, signal) {
    const { headers, ...post } = asJson(body);
    const response = await this.request("ask", { ...post, headers: { ...headers, accept: "text/event-stream" }, signal });
    try {
      for await (const [name, data] of events(response.body)) {
        if (name === "error") throw new ApiError(kindOf(data.status), data);
        yield [name, data];
        if (name === "answer") return;
      }
    } catch (error) {
      if (error instanceof ApiError || signal.aborted) throw error;
    }
    throw new ApiError(navigator.onLine ? "cut" : "offline");
  }

  // A browser does not tell a refused site from a server that is gone; the server's script, which any page may
  // load, does.
  async unreached() {
    if (!navigator.onLine) return "offline";
    try {
      await fetch(`${this.base}widget.js`, { mode: "no-cors", credentials: "omit", cache: "no-cache" });
      return "refused";
    } catch {
      return "gone";
    }
  }
}

// Server-sent events as [name, data].
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let held = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (held + value).split(/\r?\n\r?\n/);
    held = blocks.pop();
    for (const block of blocks) {
      const field = (name) => block.match(new RegExp(`^${name}: ?(.*)$`, "m"))?.[1];
      if (field("data")) yield [field("event"), JSON.parse(field("data"))];
    }
  }
}
