// What a reader does with a page of two queues.
finish(async () => {
  const open = () => document.querySelector("#list .run[open]");
  check("the address opens a run", open() && open().querySelector(".nm").textContent.startsWith("again-"),
    location.hash);
  check("with its first attempt", open() && /attempt 1 failed/.test(open().textContent), open() && open().textContent);
  if (open()) open().querySelector("summary").click();

  const all = names().length;
  check("every run has a row", all === still.length && all > 12, all);
  // The rows that the script makes are those that were there.
  const changed = [];
  for (const was of still) {
    const row = rows().find((row) => { row.fill(); return row.querySelector("dl").id === was.anchor; });
    const now = row && {
      anchor: was.anchor,
      cells: [...row.querySelectorAll("summary > span")].map((cell) => cell.className + "=" + cell.textContent),
      details: [...row.querySelectorAll("dt, dd")].map((part) => part.textContent),
    };
    if (JSON.stringify(now) !== JSON.stringify(was)) changed.push([was, now]);
  }
  check("a row is the same with and without scripts", changed.length === 0, changed[0]);

  type("good");
  check("a filter leaves what has the word", names().length === 1 && names()[0].startsWith("good-"), names());
  type("NIGHTLY true");
  check("all words, in any part of a run", names().length === 1 && names()[0].startsWith("good-"), names());
  type("no such run at all");
  check("nothing is said in words", names().length === 0 &&
    /No run is like that/.test(document.getElementById("list").textContent), names());
  type("");
  check("and all come back", names().length === all, names().length);

  chip("failed").click();
  check("a state alone", names().length > 2 && states().every((state) => state === "failed"), states());
  chip("queued").click();
  chip("idle").click();
  check("or several", new Set(states()).size === 2, states());
  for (const state of ["failed", "queued", "idle"]) chip(state).click();
  check("and none again", names().length === all, names().length);
  const queue = document.getElementById("queue");
  queue.value = [...queue.options].find((option) => option.textContent === "lab/night").value;
  queue.dispatchEvent(new Event("change", { bubbles: true }));
  check("a queue alone", rows().length === 2 &&
    rows().every((row) => row.querySelector(".qu").textContent === "lab/night"), names());
  queue.value = "";
  queue.dispatchEvent(new Event("change", { bubbles: true }));

  const before = names().join();
  column("nm").click();
  const sorted = names();
  check("sorted by name", sorted.join() === [...sorted].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)).join(), sorted);
  column("nm").click();
  check("and the other way", names().join() === sorted.reverse().join(), names());
  column("nm").click();
  check("and as it was", names().join() === before, names());

  rows().forEach((row) => { if (row.open) row.querySelector("summary").click(); });
  const bad = rows().find((row) => row.querySelector(".nm").textContent.startsWith("bad-"));
  bad.querySelector("summary").click();
  check("a run opens", await until(() => bad.open && bad.querySelector("dl")), bad.outerHTML);
  const text = bad.textContent;
  check("with its reason, log and notes", /exit status 3/.test(text) && /out\.log/.test(text) &&
    text.includes("<\/script><script>window.taken=1<\/script>"), text);
  const log = bad.querySelector("pre").textContent;
  check("its last lines are text, without colours", log.includes("red <b>bold</b> </pre>") &&
    log.includes("\n90%\n&amp; last line") && log.includes("\\u{202e}"), log);

  const link = document.querySelector("#failures a.nm");
  link.click();
  const target = () => document.getElementById(decodeURIComponent(link.getAttribute("href").slice(1)));
  check("a failure leads to its run", target() && target().closest("details").open, link.href);
  chip("finished").click();
  link.click();
  check("even past a filter", target() && target().closest("details").open, names());
  const twins = still.filter((row) => row.anchor.endsWith("/twice-1")).map((row) => row.anchor);
  check("two runs of one name have two addresses", twins.length === 2 && twins[0] !== twins[1], twins);
  location.hash = "#run-%E0%A4%A";
  location.hash = "#run-nobody";
  await later(50);
  check("an address that leads nowhere does no harm", rows().length > 0, rows().length);
  document.querySelector(".tiles a[data-state=failed]").click();
  check("a tile shows its state", states().every((state) => state === "failed"), states());
  document.dispatchEvent(new KeyboardEvent("keydown", { key: "/", bubbles: true, cancelable: true }));
  check("/ goes to the filter", document.activeElement.id === "q", document.activeElement.id);

  const ground = () => getComputedStyle(document.body).backgroundColor;
  const theme = document.getElementById("theme");
  theme.click();
  const light = ground();
  theme.click();
  const dark = ground();
  check("the theme is chosen", light !== dark && document.documentElement.dataset.theme === "dark", [light, dark]);
  theme.click();
  check("or left to the system", document.documentElement.dataset.theme === undefined, ground());

  check("nothing that came in ran", window.taken === undefined, window.taken);
  const strange = [...document.querySelectorAll("main *")].filter((part) =>
    ["SCRIPT", "IMG", "B", "U", "I", "STYLE", "IFRAME"].includes(part.tagName) &&
    !part.closest(".tiles, .figures, .chip, .reasons, .best"));
  check("nor became markup", strange.length === 0, strange.map((part) => part.outerHTML));
  const dots = document.querySelectorAll("#sweeps circle.dot, #sweeps circle.top");
  check("a sweep has its pictures", document.querySelectorAll("#sweeps figure").length === 2 &&
    dots.length > 6 && document.querySelectorAll("#sweeps circle.top").length >= 2, dots.length);
  check("hosts have their lanes", document.querySelectorAll("#time rect[class^=f-]").length > 0, 0);
  check("the window has no second width", document.documentElement.scrollWidth <= innerWidth,
    [document.documentElement.scrollWidth, innerWidth]);
});
