// Elements made of text and elements: nothing is ever parsed as HTML, so no name can become markup.

export function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value !== null && value !== undefined) {
      element.setAttribute(name, value);
    }
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

export function bar(percent, attributes) {
  const share = Math.min(100, Math.max(0, percent));
  const fill = h('div', {class: 'fill'});
  fill.style.width = `${share}%`;
  return h('div', {
    class: 'bar', role: 'progressbar', 'aria-valuemin': 0, 'aria-valuemax': 100,
    'aria-valuenow': share.toFixed(1), ...attributes,
  }, fill);
}

/** @param long headings of the columns that may be broken into lines anywhere */
export function table(headings, long, rows) {
  const cells = (row) => row.map((cell, column) => h('td', {
    'data-heading': headings[column], class: long.includes(headings[column]) ? 'long' : null,
  }, cell));
  return h('table', {},
    h('thead', {}, h('tr', {}, headings.map((heading) => h('th', {scope: 'col'}, heading)))),
    h('tbody', {}, rows.map((row) => h('tr', {}, cells(row)))));
}

/** Makes a node what a fresh one is, and keeps it where it can: a selection, a tooltip, a moving bar stay. */
export function patch(old, fresh) {
  if (old.nodeName !== fresh.nodeName) {
    old.replaceWith(fresh);
  } else if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== fresh.data) {
      old.data = fresh.data;
    }
  } else {
    patchAttributes(old, fresh);
    patchChildren(old, [...fresh.childNodes]);
  }
}

export function patchChildren(parent, fresh) {
  const old = [...parent.childNodes];
  old.slice(fresh.length).forEach((surplus) => surplus.remove());
  fresh.forEach((child, index) => (index < old.length ? patch(old[index], child) : parent.append(child)));
}

function patchAttributes(old, fresh) {
  for (const name of old.getAttributeNames()) {
    if (!fresh.hasAttribute(name)) {
      old.removeAttribute(name);
    }
  }
  for (const {name, value} of fresh.attributes) {
    if (old.getAttribute(name) !== value) {
      if (name === 'style') {
        old.style.cssText = value; // as an attribute, the page's policy forbids it
      } else {
        old.setAttribute(name, value);
      }
    }
  }
}
