// The page's CSRF token goes stale when one logs in again in another window; the cookie has the present one.
export function renew(body) {
  const found = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  if (found) body.set("csrfmiddlewaretoken", found[1]);
  return body;
}
