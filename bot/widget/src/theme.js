// Colours a page gives us, made readable: what stands on the brand's colour is black or white, whichever can be told from it better.

function luminance(red, green, blue) {
  const [r, g, b] = [red, green, blue].map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Sets --_on-brand for a host whose brand colour `painted` shows; a `color` that is none counts as not given. Contrast as in WCAG 2.2, 1.4.3. */
export function paint(host, painted, color) {
  if (color && CSS.supports("color", color)) host.style.setProperty("--resident-brand", color);
  const parts = getComputedStyle(painted).backgroundColor.match(/^rgba?\((\d+), (\d+), (\d+)/);
  if (!parts) return; // a colour written another way: white stands on it, or what the page says in --resident-on-brand
  const light = luminance(...parts.slice(1).map(Number));
  host.style.setProperty("--_on-brand", 1.05 / (light + 0.05) >= (light + 0.05) / 0.05 ? "#fff" : "#000");
}
