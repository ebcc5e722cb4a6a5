/* Zoom, drag, search and highlighting for the picture of a fabric; without it the picture scrolls. */
(function () {
  'use strict';

  const STEP = 1.25;
  const SMALLEST = 0.1;
  const LARGEST = 4;

  function dress(frame) {
    const svg = frame.querySelector('svg');
    const card = frame.closest('.card');
    const whole = { width: svg.viewBox.baseVal.width, height: svg.viewBox.baseVal.height };
    let scale = 1;

    function zoom(wanted, at) {
      const next = Math.min(Math.max(wanted, SMALLEST), LARGEST);
      const x = at ? at.x : frame.clientWidth / 2;
      const y = at ? at.y : frame.clientHeight / 2;
      const left = ((frame.scrollLeft + x) / scale) * next - x;
      const top = ((frame.scrollTop + y) / scale) * next - y;
      scale = next;
      svg.setAttribute('width', whole.width * scale);
      svg.setAttribute('height', whole.height * scale);
      frame.scrollLeft = left;
      frame.scrollTop = top;
    }

    function fit() { zoom(Math.min(frame.clientWidth / whole.width, 1)); }

    function light(device, on) {
      const number = device.dataset.device;
      svg.querySelectorAll('.hh-line-of').forEach(function (line) {
        const ends = line.dataset.ends.split(' ');
        if (!ends.includes(number)) return;
        line.classList.toggle('hh-lit', on);
        ends.forEach(function (end) {
          svg.querySelector('[data-device="' + end + '"]').classList.toggle('hh-lit', on);
        });
      });
    }

    function find(words) {
      svg.querySelectorAll('.hh-found').forEach(function (each) { each.classList.remove('hh-found'); });
      const asked = words.trim().toLowerCase();
      if (!asked) return;
      const named = Array.from(svg.querySelectorAll('[data-name]'));
      const found = named.filter(function (each) { return each.dataset.name.toLowerCase().includes(asked); });
      const exact = found.find(function (each) { return each.dataset.name.toLowerCase() === asked; });
      found.forEach(function (each) { each.classList.add('hh-found'); });
      if (found.length) (exact || found[0]).scrollIntoView({ block: 'center', inline: 'center' });
    }

    card.querySelectorAll('.hh-zoom, .hh-find').forEach(function (each) { each.hidden = false; });
    card.querySelectorAll('[data-zoom]').forEach(function (button) {
      button.addEventListener('click', function () {
        if (button.dataset.zoom === 'fit') fit();
        else zoom(button.dataset.zoom === 'in' ? scale * STEP : scale / STEP);
      });
    });
    card.querySelector('.hh-find').addEventListener('input', function (event) { find(event.target.value); });

    frame.addEventListener('wheel', function (event) {
      if (!event.ctrlKey) return;
      event.preventDefault();
      const place = frame.getBoundingClientRect();
      zoom(event.deltaY < 0 ? scale * STEP : scale / STEP, { x: event.clientX - place.left, y: event.clientY - place.top });
    }, { passive: false });

    frame.addEventListener('keydown', function (event) {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === '+') zoom(scale * STEP);
      else if (event.key === '-') zoom(scale / STEP);
      else if (event.key === '0') fit();
    });

    ['mouseover', 'focusin', 'mouseout', 'focusout'].forEach(function (name) {
      svg.addEventListener(name, function (event) {
        const device = event.target.closest('[data-device]');
        if (device) light(device, name === 'mouseover' || name === 'focusin');
      });
    });

    let held = null;
    frame.addEventListener('pointerdown', function (event) {
      if (event.pointerType === 'mouse' && event.button === 0 && !event.target.closest('a')) {
        held = { x: event.clientX + frame.scrollLeft, y: event.clientY + frame.scrollTop };
        frame.classList.add('hh-dragged');
      }
    });
    window.addEventListener('pointermove', function (event) {
      if (!held) return;
      frame.scrollLeft = held.x - event.clientX;
      frame.scrollTop = held.y - event.clientY;
    });
    window.addEventListener('pointerup', function () {
      held = null;
      frame.classList.remove('hh-dragged');
    });

    /* Never so small at first that names cannot be read. */
    zoom(Math.min(Math.max(frame.clientWidth / whole.width, 0.85), 1.2));
    frame.scrollTop = 0;
    frame.scrollLeft = (whole.width * scale - frame.clientWidth) / 2;
  }

  document.addEventListener('DOMContentLoaded', function () {
    document.querySelectorAll('.hh-topology-frame').forEach(dress);
  });
})();
