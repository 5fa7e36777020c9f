// A page that is made again and again: the same driver after each loading.
finish(async () => {
  const turn = +(window.name || 0) + 1;
  window.name = turn;
  if (turn === 1) {
    type("good");
    column("nm").click();
    rows()[0].querySelector("summary").click();
    await later(30000);
    check("it is loaded again", false, turn);
    return;
  }
  check("it is loaded again", turn >= 2, turn);
  check("what was typed is kept", document.getElementById("q").value === "good" && names().length === 1, names());
  check("and the order", column("nm").dataset.dir === "up", column("nm").outerHTML);
  check("and what was opened", await until(() => rows()[0].open && rows()[0].querySelector("dl")),
    rows()[0].outerHTML);
  check("that it is old is not said yet", turn > 3 || document.getElementById("stale").hidden, turn);
});
