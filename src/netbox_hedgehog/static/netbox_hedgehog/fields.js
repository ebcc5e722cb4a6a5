/* The Fields tab beside the YAML editor: a change of a field is written into the text by the server,
   and a change of the text makes the fields anew. Without it the editor alone works. */
(function () {
  'use strict';

  const PAUSE = 400;
  const CHOSEN = 'netbox-hedgehog-editor-tab';

  function dress(root, area) {
    const form = area.form;
    const pane = root.querySelector('#hh-pane-fields');
    const alert = root.querySelector('[role=alert]');
    const frame = area.closest('.hh-editor');
    let waiting = Promise.resolve();
    let pending = 0;
    let typing = 0;
    let refused = false;
    let own = false;
    let drawn = null;
    let drawing = false;

    frame.replaceWith(root);
    root.querySelector('#hh-pane-yaml').append(frame);
    root.hidden = false;

    function shown() { return pane.classList.contains('active'); }

    function fabric() {
      const select = document.getElementById('id_fabric');
      return select ? select.value : '';
    }

    function say(words) {
      alert.textContent = words;
      alert.hidden = !words;
    }

    async function ask(edit) {
      const body = new URLSearchParams(edit);
      const sent = area.value;
      body.set('text', sent);
      body.set('fabric', fabric());
      const token = form.querySelector('[name=csrfmiddlewaretoken]').value;
      let answer;
      try {
        const response = await fetch(root.dataset.url, {
          method: 'POST', body: body, headers: { 'X-CSRFToken': token },
        });
        if (!response.ok) throw new Error(String(response.status));
        answer = await response.json();
      } catch {
        refused = true;
        say(root.dataset.failed);
        return;
      }
      /* Somebody went on typing in the text: their words count, the edit is told again from them. */
      if (area.value !== sent) {
        await ask(edit);
        return;
      }
      refused = Boolean(answer.refusal);
      say(answer.refusal);
      write(answer.text.replace(/\r\n?/g, '\n'));
      draw(answer.html);
    }

    function write(text) {
      if (area.value === text) return;
      own = true;
      area.value = text;
      area.dispatchEvent(new Event('input', { bubbles: true }));
      own = false;
    }

    function same(element) {
      for (const name of ['data-hh-path', 'data-hh-key', 'data-hh-add', 'data-hh-remove']) {
        const value = element.getAttribute(name);
        if (value !== null) return '[' + name + '="' + CSS.escape(value) + '"]';
      }
      return '';
    }

    /* Draws the fields anew under somebody's hands: what is open stays open, and what is being typed stays. */
    function draw(html) {
      const open = new Map();
      pane.querySelectorAll('details').forEach(function (group) {
        open.set(group.dataset.hhGroup, group.open);
      });
      const at = pane.contains(document.activeElement) ? document.activeElement : null;
      const place = at ? same(at) : '';
      const unsent = at && 'value' in at && at.value !== (at.dataset.hhValue || '') ? at.value : null;
      drawing = true;
      pane.innerHTML = html;
      drawing = false;
      drawn = area.value;
      pane.querySelectorAll('details').forEach(function (group) {
        if (open.get(group.dataset.hhGroup)) group.open = true;
      });
      const found = place ? pane.querySelector(place) : null;
      if (!found) return;
      found.focus();
      if (unsent !== null && at.tagName !== 'BUTTON' && !refused) found.value = unsent;
    }

    function later(edit) {
      pending += 1;
      waiting = waiting.then(function () { return ask(edit); }).finally(function () { pending -= 1; });
      return waiting;
    }

    function send(control) {
      if (control.value === control.dataset.hhValue) return;
      control.dataset.hhValue = control.value;
      later({ action: 'write', path: control.dataset.hhPath, value: control.value });
    }

    function add(address) {
      const key = pane.querySelector('[data-hh-key="' + CSS.escape(address) + '"]');
      const value = key.value;
      key.value = '';
      later({ action: 'add', path: address, value: value });
    }

    function refresh() { if (shown() && drawn !== area.value) later({}); }

    pane.addEventListener('change', function (event) {
      if (event.target.dataset.hhPath && !drawing) send(event.target);
    });
    pane.addEventListener('focusout', function (event) {
      if (event.target.dataset.hhPath && !drawing) send(event.target);
    });
    pane.addEventListener('click', function (event) {
      const button = event.target.closest('button');
      if (!button) return;
      if (button.dataset.hhAdd) add(button.dataset.hhAdd);
      if (button.dataset.hhRemove) later({ action: 'remove', path: button.dataset.hhRemove });
    });
    pane.addEventListener('keydown', function (event) {
      if (event.key !== 'Enter' || event.target.tagName !== 'INPUT') return;
      /* Enter would save the whole page. */
      event.preventDefault();
      if (event.target.dataset.hhKey) add(event.target.dataset.hhKey);
      else send(event.target);
    });
    area.addEventListener('input', function () {
      if (own) return;
      window.clearTimeout(typing);
      typing = window.setTimeout(refresh, PAUSE);
    });
    document.getElementById('hh-tab-fields').addEventListener('shown.bs.tab', function () {
      window.localStorage.setItem(CHOSEN, 'fields');
      refresh();
    });
    document.getElementById('hh-tab-yaml').addEventListener('shown.bs.tab', function () {
      window.localStorage.setItem(CHOSEN, 'yaml');
    });
    const choice = document.getElementById('id_fabric');
    if (choice) choice.addEventListener('change', function () { drawn = null; refresh(); });

    /* Nothing that stands in a field is left out of what is saved. */
    form.addEventListener('submit', function (event) {
      const at = document.activeElement;
      if (pane.contains(at) && at.dataset.hhPath) send(at);
      if (!pending) return;
      event.preventDefault();
      const button = event.submitter;
      waiting.then(function () { if (!refused) form.requestSubmit(button); });
    });

    if (window.localStorage.getItem(CHOSEN) === 'fields') document.getElementById('hh-tab-fields').click();
  }

  window.addEventListener('load', function () {
    const root = document.getElementById('hh-fields');
    const area = document.getElementById('id_text');
    if (root && area && area.closest('.hh-editor')) dress(root, area);
  });
})();
