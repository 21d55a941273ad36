// Runs before the page is drawn: says that there is a script, and which colours
// the person chose. The choice is a cookie, so that the server may set it too.
{
  const root = document.documentElement;
  const chosen = /(?:^|; )theme=(light|dark)/.exec(document.cookie);
  root.classList.add("js");
  if (chosen) root.dataset.theme = chosen[1];
}
