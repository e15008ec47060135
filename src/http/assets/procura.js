// Keeps a waiting page alive: fetches the same page and replaces the words of what we wait for.
// When nothing is waited for any more, the page itself has changed and is loaded. Without this script the button does it.
(() => {
  "use strict";
  const words = () => document.querySelector(".waiting [role=status]");
  if (!words()) return;
  const pause = 3000;
  const look = async () => {
    try {
      const answer = await fetch(location.href, { credentials: "same-origin", cache: "no-store" });
      if (answer.redirected) return location.assign(answer.url);
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.querySelector(".waiting [role=status]");
        if (!fresh) return location.reload();
        if (fresh.innerHTML !== words().innerHTML) words().replaceChildren(...fresh.childNodes);
        for (const part of document.querySelectorAll("[data-live]")) {
          const next = page.querySelector(`[data-live="${part.dataset.live}"]`);
          if (next && next.innerHTML !== part.innerHTML) part.replaceChildren(...next.childNodes);
        }
      }
    } catch { /* no network for a moment: try again */ }
    setTimeout(look, document.hidden ? pause * 5 : pause);
  };
  setTimeout(look, pause);
})();
