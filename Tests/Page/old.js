// A page that is not made again: it is loaded again and again, and says so in the end.
const begun = Date.now();
const watch = setInterval(() => {
  if (document.getElementById("stale").hidden) return;
  clearInterval(watch);
  finish(async () => {
    const text = document.getElementById("stale").textContent;
    check("it says that nobody makes it", /^This page has not been made again for 1m0\ds: is spool page still running\?$/
      .test(text), text);
    check("by the reader's clock alone", Date.now() - begun < 61000, Date.now() - begun);
  });
}, 100);
