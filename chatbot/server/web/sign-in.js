// Signing in leads to the place that was asked for: an answer, say, which stands behind the # of the address, or the collection before it.

const form = document.querySelector("form");
form.addEventListener("submit", () => (form.elements.place.value = location.search + location.hash));
