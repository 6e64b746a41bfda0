// Which collection of the server this page is about: `?collection=NAME`, else the first. Another one is another page.

import { byId } from "./dom.js";

const NAME = "collection";

byId("collection")?.addEventListener("change", (event) => {
  const address = new URL(location.href);
  address.searchParams.set(NAME, event.target.value);
  address.hash = /^#(library|sources|keys|feedback|evaluation)$/.exec(address.hash)?.[0] ?? "";
  location.assign(address);
});
