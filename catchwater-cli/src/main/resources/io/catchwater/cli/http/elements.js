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

export function table(headings, rows) {
  const cells = (row) => row.map((cell, column) => h('td', {'data-heading': headings[column]}, cell));
  return h('table', {},
    h('thead', {}, h('tr', {}, headings.map((heading) => h('th', {scope: 'col'}, heading)))),
    h('tbody', {}, rows.map((row) => h('tr', {}, cells(row)))));
}
