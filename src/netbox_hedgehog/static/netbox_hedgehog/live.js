/* Hears what happens and shows it: over a WebSocket where there is one, else by a stream of events.
   While one of them works, the parts of the page that ask again and again by HTMX are kept from it; where
   none does, they simply go on asking. */
(function () {
  'use strict';

  /* The page's own requests come first: a browser has few connections to one server. */
  const FIRST = 1000;
  const SOON = 2000;
  const LATE = 60000;
  const NOT_ADMITTED = 4403;

  let alive = false;
  let hangUp = null;
  let timer = 0;
  let last = '';
  let socketWorks = true;
  let refreshing = 0;

  /* A list in which nothing happens asks now and then, and needs no stream for that. */
  function moving() { return document.querySelector('[data-hh-refresh]:not([data-hh-refresh=idle])'); }

  function refresh(delay) {
    if (refreshing) return;
    refreshing = window.setTimeout(function () {
      refreshing = 0;
      document.querySelectorAll('[data-hh-refresh]').forEach(function (part) {
        part.dispatchEvent(new CustomEvent('hh-news'));
      });
    }, delay || 200);
  }

  /* Nothing is exchanged under somebody's hands. */
  function busy() {
    const at = document.activeElement;
    const typing = at && at.matches('input:not([type=checkbox]), textarea, select');
    return Boolean(typing || document.querySelector('.modal.show, .page-wrapper .dropdown-menu.show'));
  }

  function beforeAsking(event) {
    if (!event.detail.elt.matches('[data-hh-refresh]')) return;
    const cause = event.detail.requestConfig.triggeringEvent;
    const polled = !cause || cause.type !== 'hh-news';
    if (polled && alive) event.preventDefault();
    else if (busy()) {
      event.preventDefault();
      refresh(SOON);
    }
  }

  function steps(part, phase) {
    let done = true;
    part.querySelectorAll('[data-hh-phase]').forEach(function (step) {
      const current = step.dataset.hhPhase === phase;
      if (current) done = false;
      step.classList.toggle('hh-current', current);
      step.classList.toggle('hh-done', !current && done);
      step.classList.toggle('hh-coming', !current && !done);
      if (current) step.setAttribute('aria-current', 'step');
      else step.removeAttribute('aria-current');
    });
  }

  function move(part, progress) {
    const bar = part.querySelector('progress');
    const count = part.querySelector('[data-hh-count]');
    const said = part.querySelector('[data-hh-said]');
    if (progress.total) {
      bar.max = progress.total;
      bar.value = progress.done;
    } else bar.removeAttribute('value');
    if (count) count.textContent = progress.total ? progress.done + ' / ' + progress.total : '';
    if (said) said.textContent = progress.message;
    steps(part, progress.phase);
  }

  function hear(text) {
    const news = JSON.parse(text);
    if (news.id) last = news.id;
    /* Everything shown is over: somebody else may have the stream. */
    if (!moving()) {
      disconnect();
      return;
    }
    if (news.type === 'beat') return;
    const parts = document.querySelectorAll('[data-hh-operation="' + news.operation + '"]');
    if (news.type !== 'sync_progress' || !parts.length) {
      refresh();
      return;
    }
    parts.forEach(function (part) {
      const at = part.querySelector('[aria-current]');
      /* Another phase: the log has grown, and so may have the status. */
      if (!at || at.dataset.hhPhase !== news.payload.phase) refresh();
      move(part, news.payload);
    });
  }

  function opened() {
    alive = true;
    /* Something may have happened between the page and its stream. */
    refresh();
  }

  function later(delay) {
    alive = false;
    hangUp = null;
    window.clearTimeout(timer);
    timer = window.setTimeout(connect, delay * (0.75 + Math.random() / 2));
  }

  function withLast(address) {
    return last ? address + (address.includes('?') ? '&' : '?') + 'last=' + last : address;
  }

  function overSocket(address) {
    const scheme = window.location.protocol === 'https:' ? 'wss://' : 'ws://';
    const socket = new WebSocket(scheme + window.location.host + withLast(address));
    let worked = false;
    hangUp = function () { socket.onclose = null; socket.close(); };
    socket.onopen = function () { worked = true; opened(); };
    socket.onmessage = function (event) { hear(event.data); };
    socket.onclose = function (event) {
      if (!worked) socketWorks = false;
      later(!worked ? 0 : event.code === NOT_ADMITTED ? LATE : SOON);
    };
  }

  function overStream(address) {
    const stream = new EventSource(withLast(address));
    hangUp = function () { stream.close(); };
    stream.onopen = opened;
    stream.onmessage = function (event) { hear(event.data); };
    stream.addEventListener('end', function () { stream.close(); later(LATE); });
    stream.onerror = function () {
      alive = false;
      /* Unless it was refused, the browser comes back by itself. */
      if (stream.readyState === EventSource.CLOSED) later(LATE);
    };
  }

  function connect() {
    const root = document.querySelector('[data-hh-live]');
    if (!root || hangUp || document.hidden || !moving()) return;
    if (root.dataset.hhSocket && socketWorks) overSocket(root.dataset.hhSocket);
    else if (root.dataset.hhEvents) overStream(root.dataset.hhEvents);
  }

  function disconnect() {
    alive = false;
    window.clearTimeout(timer);
    if (hangUp) hangUp();
    hangUp = null;
  }

  /* A page nobody looks at holds no stream: there are not many. */
  document.addEventListener('visibilitychange', function () {
    if (document.hidden) disconnect();
    else connect();
  });
  window.addEventListener('pagehide', disconnect);
  window.addEventListener('pageshow', function (event) { if (event.persisted) connect(); });
  document.addEventListener('htmx:beforeRequest', beforeAsking);
  window.addEventListener('load', function () { timer = window.setTimeout(connect, FIRST); });
})();
