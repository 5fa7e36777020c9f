// A page of 10,000 runs.
finish(async () => {
  const loaded = performance.now();
  said.push("it was ready after " + Math.round(loaded) + " ms");
  check("it is ready soon", loaded < 10000, loaded);
  check("the newest are written out", still.length === 500, still.length);
  check("and not all are drawn", rows().length > 0 && rows().length < 1000, rows().length);
  const timed = (name, limit, act) => {
    const begin = performance.now();
    act();
    const took = performance.now() - begin;
    check(name + ": " + Math.round(took) + " ms", took < limit, took);
  };
  timed("a filter is quick", 3000, () => type("many-0123"));
  check("and right", rows().length === 10, names());
  type("");
  timed("so is a sort", 3000, () => column("du").click());
  const spans = rows().map((row) => row.querySelector(".du").textContent);
  check("and right", spans[0] === "5m31s" && spans[150] !== "1s", spans.slice(0, 3));
  const drawn = rows().length;
  document.getElementById("more").click();
  check("more come when they are asked for", rows().length === drawn + 500, rows().length);
  location.hash = "#run-many-00007";
  check("the oldest opens by its address",
    await until(() => { const row = document.querySelector("#list .run[open]");
      return row && row.querySelector(".nm").textContent === "many-00007"; }), names().slice(0, 3));
  const marks = document.querySelectorAll("#time rect").length;
  check("the picture of the time stays small: " + marks + " bars", marks < 4000, marks);
});
