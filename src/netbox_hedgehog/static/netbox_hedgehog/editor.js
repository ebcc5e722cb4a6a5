/* Line numbers and the tab key for YAML text areas; without it the text area simply works. */
(function () {
  'use strict';

  function numbers(area, gutter) {
    const bad = new Set((area.dataset.badLines || '').split(',').filter(Boolean));
    const told = new Set((area.dataset.toldLines || '').split(',').filter(Boolean));
    const count = area.value.split('\n').length;
    const lines = document.createDocumentFragment();
    for (let line = 1; line <= count; line += 1) {
      const span = document.createElement('span');
      span.textContent = line + '\n';
      if (bad.has(String(line))) span.className = 'hh-bad';
      else if (told.has(String(line))) span.className = 'hh-told';
      lines.appendChild(span);
    }
    gutter.replaceChildren(lines);
    gutter.scrollTop = area.scrollTop;
  }

  function tab(event) {
    /* Escape leaves the text area's tab trap, so that the keyboard can go on to the next field. */
    if (event.key === 'Escape') { event.target.dataset.free = '1'; return; }
    if (event.key !== 'Tab' || event.shiftKey || event.target.dataset.free) return;
    event.preventDefault();
    event.target.setRangeText('  ', event.target.selectionStart, event.target.selectionEnd, 'end');
    event.target.dispatchEvent(new Event('input', { bubbles: true }));
  }

  function dress(area) {
    if (area.dataset.dressed) return;
    area.dataset.dressed = '1';
    const frame = document.createElement('div');
    frame.className = 'hh-editor';
    const gutter = document.createElement('pre');
    gutter.className = 'hh-gutter';
    gutter.setAttribute('aria-hidden', 'true');
    area.replaceWith(frame);
    frame.append(gutter, area);
    area.addEventListener('input', function () { numbers(area, gutter); });
    area.addEventListener('scroll', function () { gutter.scrollTop = area.scrollTop; });
    area.addEventListener('keydown', tab);
    area.addEventListener('focus', function () { delete area.dataset.free; });
    new ResizeObserver(function () { gutter.style.height = area.offsetHeight + 'px'; }).observe(area);
    numbers(area, gutter);
    attend(area, gutter, frame);
  }

  /* What the server found in the text stands beside the editor, and at its lines. */
  function attend(area, gutter, frame) {
    const check = document.getElementById('hh-check');
    if (!check) return;
    const both = document.createElement('div');
    both.className = 'hh-beside';
    frame.replaceWith(both);
    both.append(frame, check);
    check.addEventListener('htmx:afterSwap', function () {
      const found = check.querySelector('[data-bad-lines]');
      if (!found) return;
      area.dataset.badLines = found.dataset.badLines;
      area.dataset.toldLines = found.dataset.toldLines;
      numbers(area, gutter);
    });
  }

  function dressAll() { document.querySelectorAll('textarea.hh-yaml').forEach(dress); }

  document.addEventListener('DOMContentLoaded', dressAll);
  document.addEventListener('htmx:load', dressAll);
})();
