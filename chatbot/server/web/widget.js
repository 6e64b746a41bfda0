// The Cuttings widget: ask the articles of a Cuttings server from any page.
//
//   <script src="https://HOST/widget.js" data-title="Ask our archive" defer></script>
//
// It lives in a shadow tree, so that neither side's styles reach the other; it makes no inline style or script
// and reads nothing as HTML, so that it runs under a strict content security policy. docs/widget.md describes
// the attributes, the custom properties and the events. It is served without these comments (chatbot/server/files.py).
//
// Offsets count code points of an article's text, as Python does; JavaScript strings count UTF-16 units, so a
// text is first spread into an array of code points.
"use strict";
(() => {
  const NAME = "cuttings-widget";
  const KEPT = 30; // exchanges of a conversation that are kept for the next page
  const TURNED_TO = 10; // exchanges that a question may refer to
  const CLOSEST = 3; // passages listed where the articles do not answer

  // ---- Words of the interface. What comes from the articles stays in their language.

  const TEXTS = {
    en: {
      title: "Ask the articles",
      question: "Your question",
      placeholder: "Ask about the articles",
      ask: "Ask",
      stop: "Stop",
      close: "Close",
      fresh: "New conversation",
      intro: "Ask a question, and read the sentences that answer it, each with its source.",
      articles: "{n} articles",
      reading: "Reading the articles",
      possibly: "Possibly:",
      none: "The articles do not answer that.",
      closest: "Closest passages (not an answer)",
      searched: "Searched for:",
      asTyped: "Ask it as typed",
      wasTyped: "Searched as you typed it.",
      anyTime: "Any time",
      wasAnyTime: "Searched at any time.",
      filter: "Only articles of this time: {when}",
      nothing: "No article of this time: {when}",
      prefer: "Articles of this time first: {when}",
      newest: "Newest articles first",
      since: "since {day}",
      until: "until {day}",
      undated: "({n} without a date left out)",
      also: "Also in",
      source: "1 independent source",
      sources: "{n} independent sources",
      differ: "Sources differ",
      retry: "Try again",
      wait: "Try again in {n} s",
      stopped: "Stopped.",
      offline: "You are offline.",
      gone: "The server does not answer.",
      cut: "The connection was lost before the answer was complete.",
      refused: "This site is not allowed to ask this server.",
      busy: "Many people are asking at this moment.",
      failed: "Something failed on the server.",
      back: "Back to the answer",
      previous: "Previous citation",
      next: "Next citation",
      place: "{i} of {n}",
      opening: "Opening…",
      unopened: "This article could not be opened",
      changed: "The article was changed after this answer: the quotation does not stand there any more.",
      text: "Text of the article",
      original: "Open the original",
      full: "Open on the full page",
    },
    de: {
      title: "Die Artikel fragen",
      question: "Ihre Frage",
      placeholder: "Fragen Sie die Artikel",
      ask: "Fragen",
      stop: "Anhalten",
      close: "Schließen",
      fresh: "Neues Gespräch",
      intro: "Stellen Sie eine Frage und lesen Sie die Sätze, die sie beantworten, jeden mit seiner Quelle.",
      articles: "{n} Artikel",
      reading: "Die Artikel werden gelesen",
      possibly: "Möglicherweise:",
      none: "Die Artikel beantworten das nicht.",
      closest: "Nächstliegende Stellen (keine Antwort)",
      searched: "Gesucht wurde:",
      asTyped: "Wörtlich fragen",
      wasTyped: "Gesucht wie eingegeben.",
      anyTime: "Jederzeit",
      wasAnyTime: "Ohne Zeitraum gesucht.",
      filter: "Nur Artikel aus dieser Zeit: {when}",
      nothing: "Kein Artikel aus dieser Zeit: {when}",
      prefer: "Artikel aus dieser Zeit zuerst: {when}",
      newest: "Neueste Artikel zuerst",
      since: "seit {day}",
      until: "bis {day}",
      undated: "({n} ohne Datum ausgelassen)",
      also: "Auch in",
      source: "1 unabhängige Quelle",
      sources: "{n} unabhängige Quellen",
      differ: "Die Quellen widersprechen sich",
      retry: "Noch einmal",
      wait: "Noch einmal in {n} s",
      stopped: "Angehalten.",
      offline: "Sie sind offline.",
      gone: "Der Server antwortet nicht.",
      cut: "Die Verbindung brach ab, bevor die Antwort vollständig war.",
      refused: "Diese Seite darf diesen Server nicht fragen.",
      busy: "Gerade fragen viele zugleich.",
      failed: "Auf dem Server ist etwas schiefgegangen.",
      back: "Zurück zur Antwort",
      previous: "Voriges Zitat",
      next: "Nächstes Zitat",
      place: "{i} von {n}",
      opening: "Wird geöffnet…",
      unopened: "Dieser Artikel konnte nicht geöffnet werden",
      changed: "Der Artikel wurde nach dieser Antwort geändert: Das Zitat steht nicht mehr an dieser Stelle.",
      text: "Text des Artikels",
      original: "Original öffnen",
      full: "Auf der ganzen Seite öffnen",
    },
    fr: {
      title: "Interroger les articles",
      question: "Votre question",
      placeholder: "Interrogez les articles",
      ask: "Demander",
      stop: "Arrêter",
      close: "Fermer",
      fresh: "Nouvelle conversation",
      intro: "Posez une question et lisez les phrases qui y répondent, chacune avec sa source.",
      articles: "{n} articles",
      reading: "Lecture des articles",
      possibly: "Peut-être :",
      none: "Les articles ne répondent pas à cela.",
      closest: "Passages les plus proches (pas une réponse)",
      searched: "Recherche :",
      asTyped: "Demander tel quel",
      wasTyped: "Recherche telle que saisie.",
      anyTime: "Toute date",
      wasAnyTime: "Recherche sans limite de date.",
      filter: "Seulement les articles de cette période : {when}",
      nothing: "Aucun article de cette période : {when}",
      prefer: "D’abord les articles de cette période : {when}",
      newest: "Articles les plus récents d’abord",
      since: "depuis le {day}",
      until: "jusqu’au {day}",
      undated: "({n} sans date écartés)",
      also: "Aussi dans",
      source: "1 source indépendante",
      sources: "{n} sources indépendantes",
      differ: "Les sources divergent",
      retry: "Réessayer",
      wait: "Réessayer dans {n} s",
      stopped: "Arrêté.",
      offline: "Vous êtes hors ligne.",
      gone: "Le serveur ne répond pas.",
      cut: "La connexion a été perdue avant la fin de la réponse.",
      refused: "Ce site n’est pas autorisé à interroger ce serveur.",
      busy: "Beaucoup de questions en ce moment.",
      failed: "Une erreur s’est produite sur le serveur.",
      back: "Retour à la réponse",
      previous: "Citation précédente",
      next: "Citation suivante",
      place: "{i} sur {n}",
      opening: "Ouverture…",
      unopened: "Cet article n’a pas pu être ouvert",
      changed: "L’article a été modifié après cette réponse : la citation ne s’y trouve plus.",
      text: "Texte de l’article",
      original: "Ouvrir l’original",
      full: "Ouvrir en pleine page",
    },
    es: {
      title: "Preguntar a los artículos",
      question: "Su pregunta",
      placeholder: "Pregunte a los artículos",
      ask: "Preguntar",
      stop: "Detener",
      close: "Cerrar",
      fresh: "Nueva conversación",
      intro: "Haga una pregunta y lea las frases que la responden, cada una con su fuente.",
      articles: "{n} artículos",
      reading: "Leyendo los artículos",
      possibly: "Posiblemente:",
      none: "Los artículos no responden a eso.",
      closest: "Pasajes más cercanos (no son una respuesta)",
      searched: "Se buscó:",
      asTyped: "Preguntar tal cual",
      wasTyped: "Buscado tal como se escribió.",
      anyTime: "Cualquier fecha",
      wasAnyTime: "Buscado en cualquier fecha.",
      filter: "Solo artículos de este periodo: {when}",
      nothing: "Ningún artículo de este periodo: {when}",
      prefer: "Primero los artículos de este periodo: {when}",
      newest: "Primero los artículos más recientes",
      since: "desde el {day}",
      until: "hasta el {day}",
      undated: "({n} sin fecha omitidos)",
      also: "También en",
      source: "1 fuente independiente",
      sources: "{n} fuentes independientes",
      differ: "Las fuentes difieren",
      retry: "Reintentar",
      wait: "Reintentar en {n} s",
      stopped: "Detenido.",
      offline: "No hay conexión.",
      gone: "El servidor no responde.",
      cut: "Se perdió la conexión antes de completar la respuesta.",
      refused: "Este sitio no tiene permiso para preguntar a este servidor.",
      busy: "Hay muchas preguntas en este momento.",
      failed: "Algo falló en el servidor.",
      back: "Volver a la respuesta",
      previous: "Cita anterior",
      next: "Cita siguiente",
      place: "{i} de {n}",
      opening: "Abriendo…",
      unopened: "No se pudo abrir este artículo",
      changed: "El artículo cambió después de esta respuesta: la cita ya no está ahí.",
      text: "Texto del artículo",
      original: "Abrir el original",
      full: "Abrir en página completa",
    },
    it: {
      title: "Chiedi agli articoli",
      question: "La tua domanda",
      placeholder: "Chiedi agli articoli",
      ask: "Chiedi",
      stop: "Ferma",
      close: "Chiudi",
      fresh: "Nuova conversazione",
      intro: "Fai una domanda e leggi le frasi che rispondono, ognuna con la sua fonte.",
      articles: "{n} articoli",
      reading: "Lettura degli articoli",
      possibly: "Forse:",
      none: "Gli articoli non rispondono a questo.",
      closest: "Passi più vicini (non una risposta)",
      searched: "Cercato:",
      asTyped: "Chiedi così com’è",
      wasTyped: "Cercato come scritto.",
      anyTime: "Qualsiasi data",
      wasAnyTime: "Cercato in qualsiasi data.",
      filter: "Solo articoli di questo periodo: {when}",
      nothing: "Nessun articolo di questo periodo: {when}",
      prefer: "Prima gli articoli di questo periodo: {when}",
      newest: "Prima gli articoli più recenti",
      since: "dal {day}",
      until: "fino al {day}",
      undated: "({n} senza data esclusi)",
      also: "Anche in",
      source: "1 fonte indipendente",
      sources: "{n} fonti indipendenti",
      differ: "Le fonti divergono",
      retry: "Riprova",
      wait: "Riprova tra {n} s",
      stopped: "Fermato.",
      offline: "Sei offline.",
      gone: "Il server non risponde.",
      cut: "La connessione si è interrotta prima della fine della risposta.",
      refused: "Questo sito non può interrogare questo server.",
      busy: "Molte domande in questo momento.",
      failed: "Qualcosa non ha funzionato sul server.",
      back: "Torna alla risposta",
      previous: "Citazione precedente",
      next: "Citazione successiva",
      place: "{i} di {n}",
      opening: "Apertura…",
      unopened: "Non è stato possibile aprire questo articolo",
      changed: "L’articolo è cambiato dopo questa risposta: la citazione non si trova più lì.",
      text: "Testo dell’articolo",
      original: "Apri l’originale",
      full: "Apri a pagina intera",
    },
  };

  // ---- Looks. An important rule in a shadow tree is stronger than any of the host page's.

  const SMALL = "(max-width: 36em), (max-height: 26em)";

  const STYLE = `
:host { all: initial !important; display: block !important; direction: ltr !important; }
@media print { :host(:not([inline])) { display: none !important; } }
*, ::before, ::after { box-sizing: border-box; }
[hidden] { display: none !important; }

.root {
  --accent: var(--cuttings-accent, light-dark(#1a1c1f, #e9e8e3));
  --paper: var(--cuttings-paper, light-dark(#fbfbf9, #15171a));
  --ink: var(--cuttings-ink, light-dark(#1a1c1f, #e9e8e3));
  --mark: var(--cuttings-mark, light-dark(#ffe88a, #6b5a0e));
  --mark-ink: light-dark(#1a1c1f, #fff6d0);
  --unsure: light-dark(#9a4f16, #e0a36a);
  --quiet: light-dark(#5a6067, #a3a8ae);
  --rule: light-dark(#dddfdb, #34383d);
  --field: light-dark(#fff, #1d2024);
  --link: light-dark(#1d4a70, #9cc7ea);
  --chip: light-dark(#edf0f1, #262b30);
  --chip-hover: light-dark(#e0e6e9, #31383e);
  --serif: var(--cuttings-serif, "Iowan Old Style", Charter, "Bitstream Charter", "Source Serif 4", "Noto Serif", Georgia, serif);
  --sans: var(--cuttings-sans, system-ui, -apple-system, "Segoe UI", "Noto Sans", "Liberation Sans", sans-serif);
  color-scheme: light dark;
  color: var(--ink);
  font: 1em/1.5 var(--sans);
  /* Where the script reads the accent from, in numbers, however it was written. */
  outline-color: color-mix(in srgb, var(--accent), var(--accent));
}
.root.light { color-scheme: light; }
.root.dark { color-scheme: dark; }

button, textarea { margin: 0; color: inherit; font: inherit; }
button { padding: 0; border: 0; background: none; text-align: start; cursor: pointer; }
h2, h3, p, blockquote { margin: 0; font: inherit; overflow-wrap: anywhere; }
a { color: var(--link); text-underline-offset: 0.15em; }
svg { display: block; width: 20px; height: 20px; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }

.bubble {
  position: fixed;
  z-index: 2147483647;
  inset: auto max(20px, env(safe-area-inset-right)) max(20px, env(safe-area-inset-bottom)) auto;
  display: grid;
  place-items: center;
  width: 56px;
  height: 56px;
  border-radius: 50%;
  background: var(--accent);
  color: var(--on-accent);
  box-shadow: 0 1px 3px rgb(0 0 0 / 20%), 0 6px 20px rgb(0 0 0 / 22%);
  transition: transform 0.15s;
}
.bubble:focus-visible { outline-offset: 3px; }
.bubble svg { width: 28px; height: 28px; }
.bubble .lit { stroke: #ffe88a; stroke-width: 3.5; }
.bubble.pale .lit { stroke: #a4760a; }
.left .bubble { inset: auto auto max(20px, env(safe-area-inset-bottom)) max(20px, env(safe-area-inset-left)); }

.panel {
  overflow: hidden;
  margin: 0;
  padding: 0;
  border: 1px solid var(--rule);
  background: var(--paper);
  color: inherit;
}
dialog.panel {
  position: fixed;
  z-index: 2147483647;
  inset: auto 20px 20px auto;
  width: min(var(--cuttings-width, 440px), 100vw - 40px);
  max-width: none;
  height: min(var(--cuttings-height, 680px), 100dvh - 40px);
  max-height: none;
  border-radius: 12px;
  box-shadow: 0 2px 6px rgb(0 0 0 / 10%), 0 16px 48px rgb(0 0 0 / 24%);
  animation: rise 0.16s ease-out;
}
.left dialog.panel { inset: auto auto 20px 20px; }
div.panel { position: relative; height: var(--cuttings-height, 600px); }
@keyframes rise { from { opacity: 0; transform: translateY(10px); } }

.view { position: absolute; inset: 0; display: flex; flex-direction: column; background: var(--paper); }
.top { display: flex; flex: none; align-items: center; gap: 4px; padding: 12px 12px 10px 20px; border-bottom: 1px solid var(--rule); }
.top h2 { flex: 1; min-width: 0; font: 700 1.25em/1.25 var(--serif); letter-spacing: -0.01em; }
/* The highlighter that marks a quotation in its source. */
.top h2 span { padding: 0 0.12em; margin-inline-start: -0.12em; background: linear-gradient(transparent 58%, var(--mark) 58% 94%, transparent 94%); box-decoration-break: clone; -webkit-box-decoration-break: clone; }
.round { display: grid; flex: none; place-items: center; width: 36px; height: 36px; border-radius: 50%; }
.round:disabled { opacity: 0.35; cursor: default; }

.scroll { flex: 1; min-height: 0; overflow-y: auto; overscroll-behavior: contain; padding: 4px 20px 20px; outline-offset: -2px; }
.quiet { color: var(--quiet); font-size: 0.875em; }

.intro { padding-top: 24px; }
.intro > p:first-child { font: 1.25em/1.45 var(--serif); text-wrap: balance; }
.intro .quiet { margin-top: 8px; }
.examples { margin-top: 20px; border-bottom: 1px solid var(--rule); }
.examples:empty { display: none; }
.examples button { display: flex; gap: 16px; justify-content: space-between; width: 100%; padding: 11px 0; border-top: 1px solid var(--rule); font-size: 0.9375em; }
.examples button::after { content: "→" / ""; color: var(--quiet); }

.exchange { padding: 16px 0 4px; border-top: 1px solid var(--rule); }
.exchange:first-child { border: 0; }
.exchange + .exchange { margin-top: 20px; }
.exchange:not(:last-child) :is(.undo, .options) { display: none; }
.exchange h3 { font: 600 1.0625em/1.4 var(--sans); }
.reply > p { margin-top: 10px; }
.reply .quiet i { color: var(--ink); font: italic 1.07em/1.4 var(--serif); }
.undo { color: var(--link); text-decoration: underline; text-underline-offset: 0.15em; }
.pending::after { content: "…"; animation: breathe 1.2s ease-in-out infinite; }
@keyframes breathe { 50% { opacity: 0.2; } }

/* A cutting: the sentence in the voice of the paper, its source in the voice of the page. */
.cutting { margin-top: 16px; padding-inline-start: 14px; border-inline-start: 3px solid var(--mark); }
/* Possibly the answer: said in a word, and the border is broken. */
.possibly { margin-top: 10px; color: var(--unsure); font-weight: 600; }
.possibly + * { margin-top: 10px; }
.unsure .cutting { border-inline-start: 3px dashed var(--unsure); }
.quote { max-width: 36em; font: 1.0625em/1.5 var(--serif); text-wrap: pretty; }
.quote mark { background: none; color: inherit; font-weight: 700; text-decoration: underline 0.14em var(--mark); text-underline-offset: 0.18em; }
.from, .also { margin-top: 6px; font-size: 0.8125em; }
.also { color: var(--quiet); }
.chip { max-width: 100%; color: var(--quiet); line-height: 1.5; }
.chip span { display: block; text-wrap: pretty; margin-top: 2px; line-height: 1.4; }
.chip b { display: inline-block; padding: 1px 8px; border-radius: 6px; background: var(--chip); color: var(--link); font-weight: 600; text-wrap: balance; }
.also .chip b { margin-bottom: 3px; }
.also > span { white-space: nowrap; }

.differ { margin-top: 16px; }
.differ > div { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 11.5em), 1fr)); gap: 10px; margin-top: 8px; }
.differ .cutting { margin: 0; padding: 10px 12px; border: 1px solid var(--rule); border-top: 3px solid var(--mark); border-radius: 6px; background: var(--field); }
.unsure .differ .cutting { border: 1px solid var(--rule); border-top: 3px dashed var(--unsure); }
.differ .quote { font-size: 1em; }

details { margin-top: 10px; }
summary { width: fit-content; color: var(--quiet); font-size: 0.875em; cursor: pointer; }
details .cutting { border-color: var(--rule); }
details .quote { color: var(--quiet); font-size: 1em; }

.options { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 18px; }
.pill { padding: 5px 13px; border: 1px solid var(--rule); border-radius: 999px; font-size: 0.875em; }
.pill:disabled { color: var(--quiet); cursor: default; }
.trouble { display: flex; flex-wrap: wrap; gap: 8px 12px; align-items: center; justify-content: space-between; margin-top: 12px; padding: 10px 14px; border: 1px solid var(--rule); border-radius: 8px; background: var(--field); font-size: 0.9375em; }
.trouble p { flex: 1 1 12em; }

.foot { flex: none; border-top: 1px solid var(--rule); padding: 10px 16px max(10px, env(safe-area-inset-bottom)); }
.box { display: flex; align-items: flex-end; gap: 6px; padding: 5px; border: 1px solid light-dark(#8a9096, #6d747b); border-radius: 14px; background: var(--field); }
.box:focus-within { outline: 2px solid var(--link); outline-offset: -1px; }
textarea:focus-visible { outline: 0; }
textarea { flex: 1; min-width: 0; max-height: 7.5em; padding: 6px 8px; border: 0; background: none; line-height: 1.45; resize: none; field-sizing: content; }
textarea::placeholder { color: var(--quiet); opacity: 1; }
.ask { flex: none; min-height: 36px; padding: 0 15px; border: 1px solid transparent; border-radius: 10px; background: var(--accent); color: var(--on-accent); font-weight: 600; font-size: 0.9375em; }
.links { display: flex; flex-wrap: wrap; gap: 2px 16px; justify-content: space-between; margin-top: 7px; padding: 0 4px; font-size: 0.8125em; }
.links a { color: var(--quiet); }
.offline { padding: 6px 20px; background: var(--chip); font-size: 0.875em; }

.source .top { padding-inline-start: 10px; }
.source .top p { flex: 1; }
.about { flex: none; padding: 14px 20px 12px; border-bottom: 1px solid var(--rule); }
.about h2 { margin-top: 2px; font: 700 1.125em/1.3 var(--serif); text-wrap: balance; }
.source .scroll { font: 1em/1.6 var(--serif); }
.source .scroll p { max-width: 38em; margin-top: 13px; white-space: pre-line; }
.source .scroll h3 { margin-top: 20px; font-weight: 700; }
.source mark { padding: 0.1em 0.08em; margin: 0 -0.08em; border-radius: 2px; background: var(--mark); color: var(--mark-ink); box-decoration-break: clone; -webkit-box-decoration-break: clone; }
.source .links { margin: 0; }

/* On a touch screen what was touched last would stay so. */
@media (hover: hover) {
  .bubble:hover { transform: scale(1.06); }
  .round:hover:enabled { background: var(--chip); }
  .examples button:hover { color: var(--link); }
  .chip:hover b { background: var(--chip-hover); }
  .chip:hover span { text-decoration: underline; text-underline-offset: 0.15em; }
  summary:hover { color: var(--ink); }
  .pill:hover:enabled { background: var(--chip); }
  .ask:hover { opacity: 0.87; }
  .links a:hover { color: var(--link); }
}

@media ${SMALL} {
  /* --height and --above follow the on-screen keyboard. */
  dialog.panel, .left dialog.panel { inset: var(--above, 0) 0 auto; width: 100%; height: var(--height, 100dvh); border: 0; border-radius: 0; padding: env(safe-area-inset-top) env(safe-area-inset-right) 0 env(safe-area-inset-left); }
  dialog .view { inset: env(safe-area-inset-top) env(safe-area-inset-right) 0 env(safe-area-inset-left); }
  .round { width: 44px; height: 44px; }
  .top { padding-block: 6px; }
}
@media (prefers-reduced-motion: reduce) { * , ::after { animation: none !important; transition: none !important; } }
@media (forced-colors: active) {
  .bubble, .ask, .chip b { border: 1px solid; }
  .bubble .lit { stroke: currentColor; }
  mark { background: Mark !important; color: MarkText !important; }
}
`;

  const ICONS = {
    bubble: ["M5 7h18", "M5 14h18", "M5 21h11"],
    close: ["M5 5l10 10M15 5L5 15"],
    fresh: ["M10 4v12M4 10h12"],
    back: ["M16 10H4M9 5l-5 5 5 5"],
    previous: ["M12.5 4.5L7 10l5.5 5.5"],
    next: ["M7.5 4.5L13 10l-5.5 5.5"],
  };

  // ---- Small parts

  // An element with its properties and children. A string becomes text, never markup.
  function el(tag, properties, ...children) {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children.filter((child) => child !== null));
    return element;
  }

  function icon(name) {
    const make = (tag, attributes) => {
      const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
      for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
      return element;
    };
    const size = name === "bubble" ? 28 : 20;
    const svg = make("svg", { viewBox: `0 0 ${size} ${size}`, "aria-hidden": "true" });
    svg.append(...ICONS[name].map((d, i) => make("path", { d, class: name === "bubble" && i === 1 ? "lit" : "" })));
    return svg;
  }

  // Text of an article or of a person: of any language, and what turns its direction ends with it.
  const foreign = (tag, className, ...children) => el(tag, { className, dir: "auto", lang: "" }, ...children);

  function foreignButton(className, text, onclick) {
    return Object.assign(foreign("button", className, text), { type: "button", onclick });
  }

  // An ISO day as a Date; null for anything else.
  function utc(iso) {
    const when = /^\d{4}-\d\d-\d\d$/.test(iso ?? "") ? new Date(`${iso}T00:00Z`) : null;
    return when && !Number.isNaN(when.getTime()) ? when : null;
  }

  const small = matchMedia(SMALL);

  // ---- The server

  // What went wrong, as a word of TEXTS; `wait`: seconds before another try makes sense.
  class Trouble extends Error {
    constructor(kind, { status = 0, detail = "", wait = 0 } = {}) {
      super(detail || kind);
      Object.assign(this, { kind, status, detail, wait });
    }
  }

  class Server {
    constructor(base) {
      this.base = base;
    }

    // The answer as it comes: [event, data], the last of them ["answer", ...].
    async *ask(body, signal) {
      const headers = { "content-type": "application/json", accept: "text/event-stream" };
      const response = await this.#get("api/v1/ask", { method: "POST", headers, body: JSON.stringify(body), signal });
      try {
        for await (const [name, data] of events(response.body)) {
          if (name === "error") throw new Trouble(kindOf(data.status), data);
          yield [name, data];
          if (name === "answer") return;
        }
      } catch (error) {
        if (error instanceof Trouble || signal.aborted) throw error;
      }
      throw new Trouble(navigator.onLine ? "cut" : "offline");
    }

    async article(id) {
      return (await this.#get(`api/v1/articles/${encodeURIComponent(id)}`)).json();
    }

    async collection() {
      return (await this.#get("api/v1/collection")).json();
    }

    async #get(path, options) {
      let response;
      try {
        response = await fetch(this.base + path, { credentials: "omit", ...options });
      } catch (error) {
        if (options?.signal?.aborted) throw error;
        throw new Trouble(await this.#unreached());
      }
      if (response.ok) return response;
      const problem = await response.json().catch(() => ({}));
      const wait = Number(response.headers.get("retry-after")) || 0;
      throw new Trouble(kindOf(response.status), { status: response.status, detail: problem.detail, wait });
    }

    // A browser does not tell a refused site from a server that is gone; the server's script, which any page
    // may load, does.
    async #unreached() {
      if (!navigator.onLine) return "offline";
      try {
        await fetch(`${this.base}widget.js`, { mode: "no-cors", credentials: "omit", cache: "no-cache" });
        return "refused";
      } catch {
        return "gone";
      }
    }
  }

  const kindOf = (status) => ({ 403: "refused", 429: "busy", 503: "busy" })[status] ?? "failed";

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

  // ---- Answers

  const same = (one, other) => one.article_id === other.article_id && one.start === other.start;

  // The citations in order as {citations}, a difference in place of those that it sets side by side.
  function parts(answer) {
    const shown = new Set();
    return answer.citations.flatMap((citation) => {
      const difference = answer.differ.find((d) => d.citations.some((one) => same(one, citation)));
      if (!difference) return { citations: [citation] };
      if (shown.has(difference)) return [];
      shown.add(difference);
      return difference;
    });
  }

  // Every place that an answer names, in the order in which they are shown.
  const places = (answer) => parts(answer).flatMap((part) => part.citations.flatMap((one) => [one, ...one.also]));

  // What a conversation needs of an exchange to understand the next question.
  function turns({ question, answer }) {
    if (answer.notice) return [];
    const quotes = answer.abstained ? [] : answer.citations.map((citation) => citation.quote);
    return [
      { role: "user", content: question },
      { role: "assistant", content: quotes.join(" ") },
    ];
  }

  // ---- Articles

  // The article without what was removed from it, as paragraphs, the cited span marked.
  function paragraphs(article, cited) {
    const result = [];
    let paragraph = null;
    for (const { text, marked } of runs(article, cited)) {
      text.split(/\n\s*\n/).forEach((piece, i) => {
        if (i) paragraph = null;
        const shown = paragraph ? piece : piece.trimStart();
        if (!shown) return;
        if (!paragraph) result.push((paragraph = foreign("p", "")));
        paragraph.append(marked ? el("mark", {}, shown) : shown);
      });
    }
    return result.map(asHeading);
  }

  // The shown stretches of the text in order. Where whole lines were removed a paragraph ends.
  function runs(article, cited) {
    const points = Array.from(article.text);
    const kinds = points.map((_, at) => (at >= cited.start && at < cited.end ? "marked" : "plain"));
    for (const { start, end } of article.removed) kinds.fill("gone", start, end);
    const result = [{ text: "", marked: false }];
    const add = (text, marked) => {
      if (result.at(-1).marked !== marked) result.push({ text: "", marked });
      result.at(-1).text += text;
    };
    points.forEach((point, at) => {
      if (kinds[at] !== "gone") add(point, kinds[at] === "marked");
      else if (kinds[at - 1] !== "gone" && (at === 0 || points[at - 1] === "\n")) add("\n\n", false);
    });
    return result;
  }

  // A Markdown heading is shown as a heading, without its number signs. It is never quoted.
  function asHeading(paragraph) {
    const [, heading] = /^#{1,6} ([^\n]*)$/.exec(paragraph.textContent.trimEnd()) ?? [];
    return heading && !paragraph.querySelector("mark") ? foreign("h3", "", heading) : paragraph;
  }

  // ---- The element

  class CuttingsWidget extends HTMLElement {
    #settings;
    #texts;
    #server;
    #stored; // the name of the conversation in the tab's storage, with a number for the shape that it has
    #parts = {}; // elements by name
    #exchanges = []; // {question, asTyped, anyTime, answer, state}
    #nodes = new WeakMap(); // the element of each exchange: its question and the reply
    #asking = null; // the AbortController of the question under way
    #opened = null; // {citation, among, chip}: what the source view shows
    #listening = null; // an AbortController for what is heard outside the element

    constructor(settings) {
      super();
      this.#settings = settings;
      this.#texts = TEXTS[settings.language];
      this.#server = new Server(settings.base);
      this.#stored = `cuttings 1 ${settings.base} ${settings.target}`;
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      this.attachShadow({ mode: "open" }).adoptedStyleSheets = [sheet];
      this.shadowRoot.append(this.#root());
      // Keys that are typed here are no shortcuts of the host page.
      for (const type of ["keydown", "keypress", "keyup"]) {
        this.shadowRoot.addEventListener(type, (event) => event.stopPropagation());
      }
    }

    connectedCallback() {
      this.role = "region";
      this.ariaLabel = this.#settings.title;
      this.toggleAttribute("inline", this.#inline);
      this.#listening = new AbortController();
      const { signal } = this.#listening;
      for (const type of ["online", "offline"]) addEventListener(type, () => this.#connection(), { signal });
      for (const type of ["resize", "scroll"]) visualViewport.addEventListener(type, () => this.#fit(), { signal });
      small.addEventListener("change", () => this.#resized(), { signal });
      matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#ink(), { signal });
      this.#ink();
      this.#connection();
      this.#restore();
      if (this.#inline) this.#introduce();
      this.#tell("ready");
    }

    disconnectedCallback() {
      this.#listening.abort();
      this.#asking?.abort();
    }

    // ---- For the host page

    open() {
      const { panel, bubble } = this.#parts;
      if (this.#inline || panel.open) return;
      this.#ink();
      this.#fit();
      this.#show();
      bubble.hidden = true;
      this.#showLast();
      this.#rest();
      this.#introduce();
      this.#tell("open");
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

    #tell(what, detail = {}) {
      this.dispatchEvent(new CustomEvent(`cuttings:${what}`, { bubbles: true, composed: true, detail }));
    }

    // ---- Parts

    get #inline() {
      return Boolean(this.#settings.target);
    }

    #say(name, values = {}) {
      return this.#texts[name].replace(/\{(\w+)\}/g, (_, slot) => values[slot]);
    }

    #button(name, action) {
      return el("button", { type: "button", className: "round", title: this.#say(name), onclick: action }, icon(name));
    }

    #link(name, href) {
      return el("a", { href, target: "_blank", rel: "noopener" }, this.#say(name));
    }

    #root() {
      const { title, theme, position, language, accent } = this.#settings;
      const views = [this.#conversation(), this.#source()];
      const panel = this.#inline ? el("div", {}, ...views) : el("dialog", { ariaLabel: title }, ...views);
      panel.className = "panel";
      panel.addEventListener("keydown", (event) => this.#pressed(event));
      // A phone's back gesture.
      panel.addEventListener("cancel", (event) => this.#opened && (event.preventDefault(), this.#back()));
      panel.addEventListener("close", () => this.#closed());
      const bubble = el("button", { type: "button", className: "bubble", ariaLabel: title, ariaHasPopup: "dialog" });
      bubble.append(icon("bubble"));
      bubble.addEventListener("click", () => this.open());
      bubble.hidden = this.#inline;
      const root = el("div", { className: `root ${theme} ${position}`, lang: language }, bubble, panel);
      if (accent) root.style.setProperty("--cuttings-accent", accent);
      Object.assign(this.#parts, { root, bubble, panel });
      return root;
    }

    #conversation() {
      const heading = el("h2", {}, foreign("span", "", this.#settings.title));
      const fresh = this.#button("fresh", () => this.#forget());
      const close = this.#button("close", () => this.close());
      close.hidden = this.#inline;
      const count = el("p", { className: "quiet" });
      const examples = el("div", { className: "examples" });
      const intro = el("div", { className: "intro" }, el("p", {}, this.#say("intro")), count, examples);
      const talk = el("div", { role: "log", ariaLive: "polite" });
      const scroll = el("div", { className: "scroll", tabIndex: 0, role: "group" }, intro, talk);
      scroll.ariaLabel = this.#settings.title;
      const offline = el("p", { className: "offline", role: "status" });
      const box = el("textarea", { rows: 1, dir: "auto", enterKeyHint: "send", ariaLabel: this.#say("question") });
      box.placeholder = this.#say("placeholder");
      const ask = el("button", { type: "button", className: "ask", onclick: () => this.#submit() }, this.#say("ask"));
      box.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
        event.preventDefault();
        if (!this.#asking) this.#submit();
      });
      const full = this.#link("full", this.#server.base);
      const foot = el("div", { className: "foot" }, el("div", { className: "box" }, box, ask));
      foot.append(el("p", { className: "links" }, full));
      Object.assign(this.#parts, { fresh, count, examples, intro, talk, scroll, offline, box, ask, full });
      const top = el("div", { className: "top" }, heading, fresh, close);
      this.#parts.conversation = el("div", { className: "view conversation" }, top, scroll, offline, foot);
      return this.#parts.conversation;
    }

    #source() {
      const place = el("p", { className: "quiet" });
      const previous = this.#button("previous", () => this.#step(-1));
      const next = this.#button("next", () => this.#step(1));
      const close = this.#button("close", () => this.close());
      close.hidden = this.#inline;
      const top = el("div", { className: "top" }, this.#button("back", () => this.#back()), place, previous, next, close);
      const where = el("p", { className: "quiet" });
      const title = foreign("h2", "");
      const text = el("div", { className: "scroll", tabIndex: 0, role: "group", ariaLabel: this.#say("text") });
      const links = el("p", { className: "links" });
      const about = el("div", { className: "about" }, where, title);
      const source = el("div", { className: "view source", hidden: true }, top, about, text);
      source.append(el("div", { className: "foot" }, links));
      Object.assign(this.#parts, { source, place, previous, next, where, title, text, links });
      return source;
    }

    // ---- Opening, closing, keys

    #show() {
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
      this.#tell("close");
    }

    #resized() {
      const { panel } = this.#parts;
      if (this.#inline || !panel.open) return;
      panel.close();
      this.#show();
      this.#fit();
    }

    // Where the keyboard waits: not in the box on a touch screen, where that would bring up its own.
    #rest() {
      const { box, scroll } = this.#parts;
      (matchMedia("(hover: hover)").matches ? box : scroll).focus({ preventScroll: true });
    }

    #pressed(event) {
      if (event.key === "Escape" && !event.isComposing) {
        if (this.#opened) this.#back();
        else if (!this.#inline) this.close();
        else return;
        event.preventDefault();
      } else if (event.key === "Tab" && !this.#inline) this.#goRound(event);
    }

    // Tab stays in the open panel; Escape leaves it.
    #goRound(event) {
      const stops = [...this.#parts.panel.querySelectorAll("a, button, textarea, summary, [tabindex]")].filter(
        (stop) => !stop.disabled && !stop.closest("[inert]") && stop.checkVisibility(),
      );
      const ends = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]];
      if (this.shadowRoot.activeElement !== ends[0]) return;
      event.preventDefault();
      ends[1].focus();
    }

    // The part of a small screen that its keyboard leaves. A page that is zoomed in keeps its size.
    #fit() {
      const { root } = this.#parts;
      if (visualViewport.scale > 1.01) return;
      root.style.setProperty("--height", `${visualViewport.height}px`);
      root.style.setProperty("--above", `${visualViewport.offsetTop}px`);
    }

    // White or black on the accent, whichever stands out more (WCAG's contrast; never below 4.5).
    #ink() {
      const { root, bubble } = this.#parts;
      const numbers = getComputedStyle(root).outlineColor.match(/[\d.]+(e-\d+)?/g).map(Number);
      const [r, g, b] = numbers.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
      const light = 0.2126 * r + 0.7152 * g + 0.0722 * b;
      const pale = (light + 0.05) ** 2 > 0.05 * 1.05;
      root.style.setProperty("--on-accent", pale ? "#000" : "#fff");
      bubble.classList.toggle("pale", pale);
    }

    #connection() {
      this.#parts.offline.textContent = navigator.onLine ? "" : this.#say("offline");
      this.#parts.offline.hidden = navigator.onLine;
    }

    // ---- The conversation

    // What there is to ask, once it is looked at; without it the widget works as well.
    async #introduce() {
      const { count, examples } = this.#parts;
      if (examples.childElementCount) return;
      try {
        const collection = await this.#server.collection();
        const size = this.#say("articles", { n: collection.articles.toLocaleString(this.#settings.locale) });
        count.textContent = [size, this.#span(collection.first, collection.last)].filter(Boolean).join(", ");
        examples.replaceChildren(
          ...collection.examples.map((question) => foreignButton("", question, () => this.ask(question))),
        );
      } catch {
        // It is told when something is asked.
      }
    }

    // Conversations outlive a page of the host's site, but not the tab.
    #restore() {
      try {
        this.#exchanges = JSON.parse(sessionStorage.getItem(this.#stored)) ?? [];
        this.#parts.talk.replaceChildren(...this.#exchanges.map((exchange) => this.#node(exchange)));
      } catch {
        this.#exchanges = []; // storage that is turned off, or holds something else
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
      full.href = this.#server.base + (id ? `#answer/${id}` : "");
      try {
        sessionStorage.setItem(this.#stored, JSON.stringify(done.slice(-KEPT)));
      } catch {
        // Storage that is full or turned off: the conversation lasts as long as the page.
      }
    }

    #forget() {
      this.#asking?.abort();
      this.#asking = null;
      this.#exchanges = [];
      this.#parts.talk.replaceChildren();
      this.#changed();
      this.#introduce();
      this.#rest();
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
      const history = before.filter((one) => one.state === "done").slice(-TURNED_TO).flatMap(turns);
      const { question, asTyped, anyTime } = exchange;
      const asking = (this.#asking = new AbortController());
      this.#set(exchange, { answer: null, trouble: null, state: "asking" });
      this.#tell("ask", { question });
      try {
        const body = { question, history, as_typed: asTyped, any_time: anyTime };
        for await (const [event, data] of this.#server.ask(body, asking.signal)) this.#hear(exchange, event, data);
        this.#asking = null;
        this.#set(exchange, { state: "done" });
        this.#tell("answer", { answer: structuredClone(exchange.answer) });
      } catch (error) {
        if (this.#asking !== asking) return; // a new conversation was begun
        this.#asking = null;
        if (asking.signal.aborted) this.#set(exchange, { state: "stopped" });
        else this.#fail(exchange, error instanceof Trouble ? error : new Trouble("failed"));
      }
    }

    #fail(exchange, trouble) {
      const { kind, status, detail } = trouble;
      this.#set(exchange, { state: "failed", trouble });
      this.#tell("error", { kind, status, message: detail || this.#say(kind) });
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
    #hear(exchange, event, data) {
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
        const question = foreign("h3", "", exchange.question);
        node = el("div", { className: "exchange" }, question, el("div", { className: "reply" }));
        this.#nodes.set(exchange, node);
        this.#draw(exchange);
      }
      return node;
    }

    // ---- One exchange

    #draw(exchange) {
      const { answer, state, trouble } = exchange;
      const shown = answer ? this.#answer(exchange) : [];
      if (state === "asking" && !shown.length) shown.push(el("p", { className: "quiet pending" }, this.#say("reading")));
      if (state === "stopped") shown.push(this.#trouble(exchange, this.#say("stopped"), 0));
      if (state === "failed") {
        const why = trouble.kind === "failed" && trouble.detail ? trouble.detail : this.#say(trouble.kind);
        shown.push(this.#trouble(exchange, why, trouble.wait));
      }
      const held = this.shadowRoot.activeElement;
      this.#node(exchange).lastChild.replaceChildren(...shown);
      // What was pressed may be gone.
      if (held && !held.checkVisibility()) this.#rest();
    }

    #trouble(exchange, why, wait) {
      const again = el("button", { type: "button", className: "pill", onclick: () => this.#again(exchange, {}) });
      again.textContent = wait ? this.#say("wait", { n: wait }) : this.#say("retry");
      again.disabled = wait > 0;
      if (wait) setTimeout(() => Object.assign(again, { disabled: false, textContent: this.#say("retry") }), wait * 1000);
      return el("div", { className: "trouble" }, el("p", {}, why), again);
    }

    // Ask once more, in the same place; with `off`, without what the server did to the question.
    #again(exchange, off) {
      if (this.#asking) return;
      Object.assign(exchange, off);
      this.#run(exchange);
    }

    #answer(exchange) {
      const { answer } = exchange;
      if (answer.notice) return [el("p", { lang: "en" }, answer.notice)];
      const shown = [this.#searched(exchange), this.#time(exchange)].filter(Boolean);
      if (answer.abstained) shown.push(...this.#nothing(answer));
      else if (answer.state === "possibly") shown.push(this.#possibly(answer));
      else shown.push(...this.#quotes(answer));
      const options = answer.suggestions.map((question) => foreignButton("pill", question, () => this.ask(question)));
      if (options.length) shown.push(el("div", { className: "options" }, ...options));
      return shown;
    }

    #searched({ question, answer, asTyped }) {
      if (asTyped) return el("p", { className: "quiet" }, this.#say("wasTyped"));
      if (answer.standalone_question === question) return null;
      const words = foreign("i", "", answer.standalone_question);
      return el("p", { className: "quiet" }, this.#say("searched"), " ", words, " ", this.#undo("asTyped"));
    }

    #time({ answer: { period }, anyTime }) {
      if (anyTime) return el("p", { className: "quiet" }, this.#say("wasAnyTime"));
      if (!period) return null;
      const nothing = period.kind === "filter" && !period.articles;
      const when = this.#span(period.from, period.to);
      const words = [this.#say(nothing ? "nothing" : period.kind, { when })];
      if (period.kind === "filter" && period.undated) words.push(this.#say("undated", { n: period.undated }));
      return el("p", { className: "quiet" }, words.join(" "), " ", this.#undo("anyTime"));
    }

    #undo(what) {
      const action = () => this.#again(this.#exchanges.at(-1), { [what]: true });
      return el("button", { type: "button", className: "undo", onclick: action }, this.#say(what));
    }

    #possibly(answer) {
      const word = el("p", { className: "possibly" }, this.#say("possibly"));
      return el("div", { className: "unsure" }, word, ...this.#quotes(answer));
    }

    #nothing(answer) {
      const shown = [];
      const { period } = answer;
      // Where no article is of the time that was asked for, that has been said already.
      if (!(period?.kind === "filter" && !period.articles)) shown.push(el("p", {}, this.#say("none")));
      if (answer.citations.length) {
        const closest = answer.citations.slice(0, CLOSEST);
        const quotes = this.#quotes({ citations: closest, differ: [] });
        shown.push(el("details", {}, el("summary", {}, this.#say("closest")), ...quotes));
      }
      return shown;
    }

    // A title is given once for the sentences of one article in a row.
    #quotes(answer) {
      const among = places(answer);
      let above = null;
      return parts(answer).map(({ citations }) => {
        const alone = citations.length === 1;
        const cuttings = citations.map((one) => this.#cutting(one, among, !alone || one.article_id !== above));
        above = alone ? citations[0].article_id : null;
        if (alone) return cuttings[0];
        const label = el("p", { className: "quiet" }, el("b", {}, this.#say("differ")));
        return el("div", { className: "differ" }, label, el("div", {}, ...cuttings));
      });
    }

    #cutting(citation, among, titled) {
      const cutting = el("blockquote", { className: "cutting" }, this.#quote(citation));
      cutting.append(el("p", { className: "from" }, this.#chip(citation, among, titled)));
      if (citation.also.length) {
        const chips = citation.also.flatMap((other) => [this.#chip(other, among, false), " "]);
        const sources = this.#say(citation.sources === 1 ? "source" : "sources", { n: citation.sources });
        cutting.append(el("p", { className: "also" }, this.#say("also"), " ", ...chips, el("span", {}, `· ${sources}`)));
      }
      return cutting;
    }

    // The quotation, with the words marked that answer.
    #quote({ quote, start, highlight }) {
      if (!highlight) return foreign("p", "quote", quote);
      const points = Array.from(quote);
      const cut = (from, to) => points.slice(from, to).join("");
      const [from, to] = [highlight.start - start, highlight.end - start];
      return foreign("p", "quote", cut(0, from), el("mark", {}, cut(from, to)), cut(to));
    }

    // What opens the cited place, labelled with what of publisher, date and title there is.
    #chip(citation, among, titled) {
      const chip = el("button", { type: "button", className: "chip" });
      const where = this.#where(citation);
      if (where.length) chip.append(el("b", {}, ...where), " ");
      if (titled || !where.length) chip.append(foreign(where.length ? "span" : "b", "", citation.title));
      chip.addEventListener("click", () => this.#openSource({ citation, among, chip }));
      return chip;
    }

    #where({ publisher, published }) {
      const known = [publisher && foreign("bdi", "", publisher), this.#day(published)].filter(Boolean);
      return known.length > 1 ? [known[0], ", ", known[1]] : known;
    }

    // ---- Days

    // 3 May 2024 for 2024-05-03; what is no ISO date is given as it is.
    #day(iso) {
      const when = utc(iso);
      return when ? this.#dates.format(when) : (iso ?? "");
    }

    #span(from, to) {
      if (from && to) return this.#dates.formatRange(utc(from), utc(to));
      if (from) return this.#say("since", { day: this.#day(from) });
      return to ? this.#say("until", { day: this.#day(to) }) : "";
    }

    get #dates() {
      return new Intl.DateTimeFormat(this.#settings.locale, { dateStyle: "long", timeZone: "UTC" });
    }

    // ---- The source

    async #openSource(opened) {
      const { source, conversation, place, previous, next, text } = this.#parts;
      const { citation, among } = (this.#opened = opened);
      const at = among.findIndex((one) => same(one, citation));
      place.textContent = among.length > 1 ? this.#say("place", { i: at + 1, n: among.length }) : "";
      previous.hidden = next.hidden = among.length < 2;
      previous.disabled = at === 0;
      next.disabled = at === among.length - 1;
      source.hidden = false;
      conversation.inert = true;
      this.#fill({ title: this.#say("opening") });
      text.focus({ preventScroll: true });
      try {
        const article = await this.#server.article(citation.article_id);
        if (this.#opened !== opened) return;
        this.#fill(article, citation);
      } catch (trouble) {
        if (this.#opened !== opened) return;
        const why = trouble.detail || this.#say(trouble.kind ?? "failed");
        this.#fill({ title: this.#say("unopened") }, null, el("p", {}, why));
      }
    }

    #fill(article, cited, ...notes) {
      const { where, title, text, links } = this.#parts;
      where.replaceChildren(...this.#where(article));
      title.textContent = article.title;
      links.replaceChildren();
      const shown = [...notes];
      if (cited) {
        // The article may have been replaced since; nothing is marked that was not quoted.
        const stands = Array.from(article.text).slice(cited.start, cited.end).join("") === cited.quote;
        if (!stands) shown.push(el("p", { className: "trouble" }, this.#say("changed")));
        shown.push(...paragraphs(article, stands ? cited : { start: 0, end: 0 }));
        if (/^https?:\/\//i.test(article.url ?? "")) links.append(this.#link("original", article.url));
        const address = `#cite/${encodeURIComponent(cited.article_id)}/${cited.start}/${cited.end}`;
        links.append(this.#link("full", this.#server.base + address));
      }
      text.replaceChildren(...shown);
      this.#bringIntoView(text.querySelector("mark"));
    }

    // Not scrollIntoView, which would move the host page too.
    #bringIntoView(mark) {
      const { text } = this.#parts;
      text.scrollTop = 0;
      if (!mark) return;
      const [inner, outer] = [mark.getBoundingClientRect(), text.getBoundingClientRect()];
      text.scrollTop = inner.top - outer.top - Math.max(16, (outer.height - inner.height) / 2);
    }

    #step(by) {
      const { citation, among, chip } = this.#opened;
      const at = among.findIndex((one) => same(one, citation));
      this.#openSource({ citation: among[at + by], among, chip });
    }

    #back() {
      if (!this.#opened) return;
      const { source, conversation } = this.#parts;
      const { chip } = this.#opened;
      this.#opened = null;
      source.hidden = true;
      conversation.inert = false;
      if (chip.isConnected) chip.focus({ preventScroll: true });
      else this.#rest();
    }
  }

  // ---- The script's own tag

  function settingsOf(script) {
    const { title, accent, lang, position, theme, target } = script.dataset;
    const asked = (lang || document.documentElement.lang).slice(0, 2).toLowerCase();
    const language = asked in TEXTS ? asked : "en";
    const right = getComputedStyle(document.documentElement).direction === "ltr" ? "right" : "left";
    return {
      base: new URL(".", script.src).href,
      title: title || TEXTS[language].title,
      accent: CSS.supports("color", accent ?? "") ? accent : "",
      language,
      locale: language === "en" ? "en-GB" : language,
      position: ["left", "right"].includes(position) ? position : right,
      theme: ["light", "dark"].includes(theme) ? theme : "",
      target: target ?? "",
    };
  }

  function start(settings) {
    // Beside the body, not in it: a body that is turned, blurred or replaced takes along what is fixed in it.
    const place = settings.target ? document.querySelector(settings.target) : document.documentElement;
    if (!place) {
      console.error(`cuttings: no element of this page matches data-target="${settings.target}"`);
      return;
    }
    // The script may stand twice on a page, in two templates say; one place holds one widget.
    if ([...place.children].some((child) => child.localName === NAME)) return;
    const Widget = customElements.get(NAME) ?? CuttingsWidget;
    if (Widget === CuttingsWidget) customElements.define(NAME, CuttingsWidget);
    place.append(new Widget(settings));
  }

  const settings = settingsOf(document.currentScript);
  if (document.readyState !== "loading") start(settings);
  else addEventListener("DOMContentLoaded", () => start(settings));
})();
