// The widget's element: its panel, its conversation, and what the host page may do with it and hear of it.

import { ApiError } from "../shared/api.js";
import { button, foreign, make } from "../shared/elements.js";
import { Language } from "../shared/language.js";
import { recall, remember } from "../shared/storage.js";
import { turns } from "./answers.js";
import { Colours } from "./colours.js";
import { icon, roundButton } from "./controls.js";
import { conversationView } from "./conversation_view.js";
import { Preview } from "./preview.js";
import { Reply } from "./reply.js";
import { Server } from "./server.js";
import { sourceView } from "./source_view.js";
import { sheets, small } from "./styles.js";
import { TEXTS } from "./texts.js";

const EXCHANGES_KEPT = 30; // for the next page of the site
const EXCHANGES_SENT = 10; // that a question may refer to

export class CuttingsWidget extends HTMLElement {
  static observedAttributes = ["data-theme"];

  #settings;
  #language;
  #server;
  #key; // of the conversation in the tab's storage, with a number for the shape that it has
  #parts = {}; // elements by name
  #source; // the source panel
  #preview;
  #colours;
  #reply;
  #exchanges = []; // {question, asTyped, anyTime, answer, state, error}
  #nodes = new WeakMap(); // the element of each exchange: its question and the reply
  #asking = null; // the AbortController of the question under way
  #chip = null; // what opened the source that is shown
  #listening = null; // an AbortController for what is heard outside the element

  constructor(settings) {
    super();
    this.#settings = settings;
    const { language } = settings;
    this.#language = new Language(TEXTS[language], language === "en" ? undefined : language);
    this.#server = new Server(settings);
    this.#key = `cuttings 1 ${this.#server.page} ${settings.target}`;
    this.#reply = new Reply(this.#language, {
      ask: (question) => this.ask(question),
      again: (exchange, changes) => this.#again(exchange, changes),
      openSource: (places, at, chip) => this.#openSource(places, at, chip),
      page: settings.base,
    });
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = sheets();
    const root = this.#root();
    this.shadowRoot.append(root);
    this.#colours = new Colours(root, this);
    // Keys that are typed here are no shortcuts of the host page.
    for (const type of ["keydown", "keypress", "keyup"]) {
      this.shadowRoot.addEventListener(type, (event) => event.stopPropagation());
    }
  }

  connectedCallback() {
    // Of the page's places, where several may have one title, only the one beside it is a landmark.
    this.role = this.#inline ? "group" : "region";
    this.ariaLabel = this.#settings.title;
    this.toggleAttribute("inline", this.#inline);
    this.dataset.theme ||= this.#settings.theme;
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    for (const type of ["online", "offline"]) addEventListener(type, () => this.#connection(), { signal });
    for (const type of ["resize", "scroll"]) visualViewport.addEventListener(type, () => this.#fitKeyboard(), { signal });
    small.addEventListener("change", () => this.#resized(), { signal });
    this.#colours.watch(() => this.#recolour(), signal);
    this.#recolour();
    this.#connection();
    this.#restore();
    if (this.#inline) this.#describeCollection();
    this.#emit("ready");
  }

  disconnectedCallback() {
    this.#listening.abort();
    this.#asking?.abort();
  }

  attributeChangedCallback() {
    if (this.isConnected) this.#recolour();
  }

  // ---- For the host page

  open() {
    const { panel, bubble } = this.#parts;
    if (this.#inline || panel.open) return;
    this.#recolour();
    this.#fitKeyboard();
    this.#showPanel();
    bubble.hidden = true;
    this.#showLast();
    this.#focusInside();
    this.#describeCollection();
    this.#emit("open");
  }

  close() {
    if (!this.#inline) this.#parts.panel.close();
  }

  ask(question) {
    question = String(question).trim();
    if (!question || this.#asking) return;
    this.open();
    this.#back();
    const exchange = { question, asTyped: false, anyTime: false };
    this.#exchanges.push(exchange);
    this.#parts.talk.append(this.#node(exchange));
    this.#run(exchange);
  }

  #emit(what, detail = {}) {
    this.dispatchEvent(new CustomEvent(`cuttings:${what}`, { bubbles: true, composed: true, detail }));
  }

  // ---- Parts

  get #inline() {
    return Boolean(this.#settings.target);
  }

  #say(name, values) {
    return this.#language.say(name, values);
  }

  #button(name, act) {
    return roundButton(name, this.#say(name), act);
  }

  #closeButton() {
    return Object.assign(this.#button("close", () => this.close()), { hidden: this.#inline });
  }

  #root() {
    const { title, position, language, accent } = this.#settings;
    const [fresh, back] = [this.#button("fresh", () => this.#startAnew()), this.#button("back", () => this.#back())];
    const asking = { fresh, close: this.#closeButton(), submit: () => this.#submit() };
    Object.assign(this.#parts, conversationView(title, this.#server, this.#language, asking), { fresh });
    const source = sourceView(this.#server, this.#language, { back, close: this.#closeButton() });
    this.#source = source.panel;
    const { talk, scroll } = this.#parts;
    this.#preview = new Preview(this.#server, this.#language, talk);
    scroll.addEventListener("scroll", () => this.#preview.moved());
    this.#parts.box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      if (!this.#asking) this.#submit();
    });
    const named = this.#inline ? {} : { "aria-label": title };
    const views = [this.#parts.conversation, source.element];
    const panel = make(this.#inline ? "div" : "dialog", { class: "panel", ...named }, ...views);
    panel.addEventListener("keydown", (event) => this.#keyPressed(event));
    // A phone's back gesture.
    panel.addEventListener("cancel", (event) => this.#source.isOpen && (event.preventDefault(), this.#back()));
    panel.addEventListener("close", () => this.#closed());
    const bubble = button("", () => this.open(), { class: "bubble", "aria-label": title, "aria-haspopup": "dialog" });
    bubble.append(icon("bubble"), foreign("span", {}, title));
    bubble.hidden = this.#inline;
    const root = make("div", { class: `root ${position}`, lang: language }, bubble, panel);
    if (accent) root.style.setProperty("--cuttings-accent", accent);
    Object.assign(this.#parts, { root, bubble, panel, source: source.element });
    return root;
  }

  // ---- Opening, closing, keys

  #showPanel() {
    // A small screen is filled, and what is behind it is out of reach; beside the panel of a large one the
    // page can be read on.
    if (small.matches) this.#parts.panel.showModal();
    else this.#parts.panel.show();
  }

  #closed() {
    const { panel, bubble } = this.#parts;
    if (panel.open) return; // closed and opened again for another size of screen
    bubble.hidden = false;
    bubble.focus({ preventScroll: true });
    this.#emit("close");
  }

  #resized() {
    const { panel } = this.#parts;
    if (this.#inline || !panel.open) return;
    panel.close();
    this.#showPanel();
    this.#fitKeyboard();
  }

  // Where the keyboard waits: not in the box on a touch screen, where that would bring up its own.
  #focusInside() {
    const { box, scroll } = this.#parts;
    (matchMedia("(hover: hover)").matches ? box : scroll).focus({ preventScroll: true });
  }

  #keyPressed(event) {
    if (event.key === "Escape" && !event.isComposing) {
      if (this.#source.isOpen) this.#back();
      else if (!this.#preview.hide()) {
        if (this.#inline) return;
        this.close();
      }
      event.preventDefault();
    } else if (event.key === "Tab" && !this.#inline) this.#cycleFocus(event);
  }

  // Tab stays in the open panel; Escape leaves it.
  #cycleFocus(event) {
    const stops = [...this.#parts.panel.querySelectorAll("a, button, textarea, summary, [tabindex]")].filter(
      (stop) => !stop.disabled && !stop.closest("[inert]") && stop.checkVisibility(),
    );
    const ends = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]];
    if (this.shadowRoot.activeElement !== ends[0]) return;
    event.preventDefault();
    ends[1].focus();
  }

  // The part of a small screen that its keyboard leaves. A page that is zoomed in keeps its size.
  #fitKeyboard() {
    const { root } = this.#parts;
    if (visualViewport.scale > 1.01) return;
    root.style.setProperty("--height", `${visualViewport.height}px`);
    root.style.setProperty("--above", `${visualViewport.offsetTop}px`);
  }

  #recolour() {
    this.#colours.choose(this.dataset.theme);
  }

  #connection() {
    this.#parts.offline.textContent = navigator.onLine ? "" : this.#say("offline");
    this.#parts.offline.hidden = navigator.onLine;
  }

  // ---- The conversation

  // What there is to ask, once it is looked at; without it the widget works as well.
  async #describeCollection() {
    const { count, examples } = this.#parts;
    if (examples.childElementCount) return;
    try {
      const collection = await this.#server.get("collection");
      const size = this.#say("articles", { n: collection.articles.toLocaleString(this.#language.locale) });
      count.textContent = [size, this.#language.days(collection.first, collection.last)].filter(Boolean).join(", ");
      examples.replaceChildren(
        ...collection.examples.map((question) =>
          foreign("button", { type: "button", onclick: () => this.ask(question) }, question),
        ),
      );
    } catch {
      // It is told when something is asked.
    }
  }

  // Conversations outlive a page of the host's site, but not the tab.
  #restore() {
    try {
      this.#exchanges = recall("sessionStorage", this.#key) ?? [];
      this.#parts.talk.replaceChildren(...this.#exchanges.map((exchange) => this.#node(exchange)));
    } catch {
      this.#exchanges = []; // the storage holds something else
    }
    this.#changed();
  }

  #changed() {
    const done = this.#exchanges.filter((exchange) => exchange.state === "done");
    const { intro, fresh, full, ask } = this.#parts;
    intro.hidden = this.#exchanges.length > 0;
    fresh.hidden = !intro.hidden;
    ask.textContent = this.#say(this.#asking ? "stop" : "ask");
    const id = done.at(-1)?.answer.answer_id;
    full.href = this.#server.page + (id ? `#answer/${id}` : "");
    // Where the storage is full or turned off the conversation lasts as long as the page.
    remember("sessionStorage", this.#key, done.slice(-EXCHANGES_KEPT));
  }

  #startAnew() {
    this.#asking?.abort();
    this.#asking = null;
    this.#exchanges = [];
    this.#parts.talk.replaceChildren();
    this.#changed();
    this.#describeCollection();
    this.#focusInside();
  }

  #submit() {
    const { box } = this.#parts;
    if (this.#asking) {
      this.#asking.abort();
      return;
    }
    this.ask(box.value);
    box.value = "";
  }

  async #run(exchange) {
    const before = this.#exchanges.slice(0, this.#exchanges.indexOf(exchange));
    const history = before.filter((one) => one.state === "done").slice(-EXCHANGES_SENT).flatMap(turns);
    const { question, asTyped, anyTime } = exchange;
    const asking = (this.#asking = new AbortController());
    this.#set(exchange, { answer: null, error: null, state: "asking" });
    this.#emit("ask", { question });
    try {
      const body = { question, history, as_typed: asTyped, any_time: anyTime };
      for await (const [event, data] of this.#server.ask(body, asking.signal)) this.#receive(exchange, event, data);
      this.#asking = null;
      this.#set(exchange, { state: "done" });
      this.#emit("answer", { answer: structuredClone(exchange.answer) });
    } catch (error) {
      if (this.#asking !== asking) return; // a new conversation was begun
      this.#asking = null;
      if (asking.signal.aborted) this.#set(exchange, { state: "stopped" });
      else this.#fail(exchange, error instanceof ApiError ? error : new ApiError("failed"));
    }
  }

  #fail(exchange, error) {
    const { kind, status } = error;
    this.#set(exchange, { state: "failed", error });
    this.#emit("error", { kind, status, message: this.#language.explain(error) });
  }

  #set(exchange, what) {
    Object.assign(exchange, what);
    this.#draw(exchange);
    this.#changed();
    this.#showLast();
    // The whole answer is read out at once, and not as it grows.
    this.#parts.talk.ariaBusy = "false";
  }

  // The answer grows by what the server has sent of it, until it is there as a whole.
  #receive(exchange, event, data) {
    this.#parts.talk.ariaBusy = "true";
    if (event === "question") exchange.answer = { ...data, citations: [], differ: [], suggestions: [] };
    else if (event === "citation") exchange.answer.citations.push(data);
    else if (event === "answer") {
      const { hits, ...answer } = data;
      exchange.answer = answer;
    }
    this.#draw(exchange);
  }

  #showLast() {
    const { talk, scroll } = this.#parts;
    scroll.scrollTop = (talk.lastChild?.offsetTop ?? 0) - scroll.offsetTop;
  }

  #node(exchange) {
    let node = this.#nodes.get(exchange);
    if (!node) {
      const question = foreign("h3", {}, exchange.question);
      node = make("div", { class: "exchange" }, question, make("div", { class: "reply" }));
      this.#nodes.set(exchange, node);
      this.#draw(exchange);
    }
    return node;
  }

  #draw(exchange) {
    const held = this.shadowRoot.activeElement;
    this.#preview.hide();
    this.#node(exchange).lastChild.replaceChildren(...this.#reply.elements(exchange));
    // What was pressed may be gone.
    if (held && !held.checkVisibility()) this.#focusInside();
  }

  // Ask once more, in the same place, with changes to how it is asked.
  #again(exchange, changes) {
    if (this.#asking) return;
    Object.assign(exchange, changes);
    this.#run(exchange);
  }

  // ---- The source

  #openSource(places, at, chip) {
    const { source, conversation } = this.#parts;
    this.#chip = chip;
    source.hidden = false;
    conversation.inert = true;
    this.#source.open(places, at);
  }

  #back() {
    if (!this.#source.isOpen) return;
    const { source, conversation } = this.#parts;
    this.#source.close();
    source.hidden = true;
    conversation.inert = false;
    if (this.#chip.isConnected) this.#chip.focus({ preventScroll: true });
    else this.#focusInside();
  }
}
