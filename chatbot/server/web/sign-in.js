// Signing in leads to the place that was asked for: the operator's page, a collection, or an answer, which stands behind
// the # of the address.

const form = document.querySelector("form");
const page = /(?<=\/)(operator|evaluation)$/.exec(location.pathname)?.[0] ?? "";
form.addEventListener("submit", () => (form.elements.place.value = page + location.search + location.hash));
