// Light, dark, or as the system has it. Not a module: it runs before the page is drawn, which else would flash.

{
  const KEY = "cuttings.theme";
  const page = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let chosen = "";
  try {
    chosen = JSON.parse(localStorage.getItem(KEY)) ?? "";
  } catch {
    // Storage is forbidden, or holds what is not ours: as the system has it.
  }

  const show = () => {
    if (["light", "dark"].includes(chosen)) page.dataset.theme = chosen;
    else delete page.dataset.theme;
    // What Gradio draws itself has a class for it.
    document.body?.classList.toggle("dark", (page.dataset.theme ?? (dark.matches ? "dark" : "light")) === "dark");
  };

  show();
  document.addEventListener("DOMContentLoaded", () => {
    const choice = document.querySelector("#theme select");
    choice.value = page.dataset.theme ?? "";
    choice.addEventListener("change", () => {
      chosen = choice.value;
      try {
        localStorage.setItem(KEY, JSON.stringify(chosen));
      } catch {
        // It lasts until the page is loaded again.
      }
      show();
    });
    // Gradio sets its class by the system when it has drawn.
    new MutationObserver(() => {
      const wanted = (page.dataset.theme ?? (dark.matches ? "dark" : "light")) === "dark";
      if (document.body.classList.contains("dark") !== wanted) show();
    }).observe(document.body, { attributes: true, attributeFilter: ["class"] });
    dark.addEventListener("change", show);
    show();
  });
}
