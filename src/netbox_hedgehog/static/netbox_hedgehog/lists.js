/* A list that follows operations: its table is fetched as it is shown by now, and what was selected
   in it, and where the keyboard was, stays. */
(function () {
  'use strict';

  const SELECTED = 'input[name=pk]:checked';
  let selected = [];
  let at = '';

  function mine(event) { return event.detail.elt && event.detail.elt.id === 'hh-list'; }

  /* Sorting, paging and the quick search change what the page shows without loading it. */
  document.addEventListener('htmx:configRequest', function (event) {
    if (!mine(event)) return;
    const query = new URLSearchParams(window.location.search);
    const quick = document.getElementById('quicksearch');
    if (quick && quick.value) query.set('q', quick.value);
    event.detail.path = window.location.pathname + (query.size ? '?' + query : '');
  });

  document.addEventListener('htmx:beforeSwap', function (event) {
    if (event.detail.target.id !== 'object_list') return;
    const list = event.detail.target;
    selected = [...list.querySelectorAll(SELECTED)].map(function (box) { return box.value; });
    const focused = document.activeElement;
    at = focused && focused.name === 'pk' && list.contains(focused) ? focused.value : '';
  });

  /* At once, not when HTMX calls it settled: nobody sees the table without it, and a second answer
     that comes in between still finds what was selected. */
  document.addEventListener('htmx:afterSwap', function (event) {
    const list = document.getElementById('object_list');
    if (!list || !(event.detail.target === list || list.contains(event.detail.target))) return;
    selected.forEach(function (value) {
      const box = list.querySelector('input[name=pk][value="' + CSS.escape(value) + '"]');
      if (!box || box.checked) return;
      box.checked = true;
      box.dispatchEvent(new Event('change', { bubbles: true }));
    });
    selected = [];
    const box = at && list.querySelector('input[name=pk][value="' + CSS.escape(at) + '"]');
    if (box) box.focus({ preventScroll: true });
    at = '';
  });
})();
