// A page on a telephone.
finish(async () => {
  check("the window is as narrow", innerWidth <= 400, innerWidth);
  check("the page is not wider", document.documentElement.scrollWidth <= innerWidth,
    [document.documentElement.scrollWidth, innerWidth]);
  for (const row of rows()) row.querySelector("summary").click();
  await until(() => rows().every((row) => row.querySelector("dl")));
  check("nor with every run open", document.documentElement.scrollWidth <= innerWidth,
    [document.documentElement.scrollWidth, innerWidth]);
  const wide = [...document.querySelectorAll("main *")].filter((part) =>
    part.getBoundingClientRect().right > innerWidth + 1 && !part.closest(".scroll, pre, nav, svg"));
  check("and nothing stands out", wide.length === 0, wide.slice(0, 3).map((part) => part.outerHTML.slice(0, 200)));
});
