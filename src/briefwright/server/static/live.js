// Follows a run: whenever the server has news, the run is asked for again, rendered there, and put in place.
// Nothing is built from an event's text here.
(() => {
  const place = document.getElementById("now");
  if (!place || !place.dataset.events) return;
  let asked = false, again = false;

  const refresh = async () => {
    if (asked) { again = true; return; }
    asked = true;
    try {
      const answer = await fetch(place.dataset.now, { headers: { accept: "text/html" } });
      if (answer.ok) {
        const busy = document.activeElement && place.contains(document.activeElement) && document.activeElement.matches("textarea, select");
        if (!busy) {
          const open = place.querySelector("details")?.open;
          place.innerHTML = await answer.text();
          if (open) place.querySelector("details").open = true;
        }
      }
    } finally {
      asked = false;
      if (again) { again = false; setTimeout(refresh, 250); }
    }
  };

  const events = new EventSource(place.dataset.events);
  for (const kind of ["queued", "read", "decided", "stopped", "writing", "checked", "section", "reviewed", "judging", "amending", "assembled"]) {
    events.addEventListener(kind, refresh);
  }
  events.addEventListener("ended", () => { events.close(); refresh(); });
})();
