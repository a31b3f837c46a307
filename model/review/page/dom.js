// Elements of the page.

export const $ = (id) => document.getElementById(id);

export function element(tag, attributes, ...content) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "class") made.className = value;
    else if (name.startsWith("data-") || name.startsWith("aria-") || name === "dir") made.setAttribute(name, value);
    else made[name] = value;
  }
  made.append(...content);
  return made;
}

export function say(words) {
  $("said").value = words;
}
