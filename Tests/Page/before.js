// Before the page's own script: what stands on the page without it.
window.still = [...document.querySelectorAll("#list .run")].map((row) => ({
  anchor: row.querySelector("dl").id,
  cells: [...row.querySelectorAll("summary > span")].map((cell) => cell.className + "=" + cell.textContent),
  details: [...row.querySelectorAll("dt, dd")].map((part) => part.textContent),
}));
// The driver's words, for whoever reads the page afterwards.
window.said = [];
window.check = (name, holds, found) =>
  said.push((holds ? "passed  " : "FAILED  ") + name + (holds ? "" : ": " + JSON.stringify(found)));
window.rows = () => [...document.querySelectorAll("#list .run")];
window.names = () => rows().map((row) => row.querySelector(".nm").textContent);
window.states = () => rows().map((row) => row.querySelector(".st").textContent.split(" ")[0]);
window.type = (text) => {
  const field = document.getElementById("q");
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
};
window.column = (key) => document.querySelector(`.cols button[data-sort=${key}]`);
window.chip = (state) => document.querySelector(`[data-chip=${state}]`);
window.later = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
// Waits for a condition; a page that does not come to it is a failed check.
window.until = async (holds) => {
  for (let turn = 0; turn < 200 && !holds(); turn++) await later(10);
  return holds();
};
window.finish = (run) =>
  run()
    .catch((error) => said.push("FAILED  the driver: " + error.stack))
    .then(() => {
      const pre = document.createElement("pre");
      pre.id = "driven";
      pre.textContent = "\n" + said.join("\n") + "\n";
      document.body.append(pre);
      if (parent !== window) parent.postMessage(pre.textContent, "*");
    });
