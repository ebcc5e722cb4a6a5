/* Shows the inputs that belong to the chosen way of signing in; without it all of them are shown. */
(function () {
  'use strict';

  const SECTIONS = ['token', 'basic', 'ssh_key', 'github_app', 'reference', 'stored'];

  function arrange() {
    const type = document.getElementById('id_authentication_type');
    const source = document.getElementById('id_credential_source');
    if (!type || !source) return;
    const none = type.value === 'none';
    const sealed = source.value === 'encrypted';
    SECTIONS.forEach(function (name) {
      const section = document.getElementById('hh-credential-' + name);
      if (!section) return;
      let shown = sealed && type.value === name;
      if (name === 'reference') shown = !sealed;
      if (name === 'stored') shown = sealed && section.querySelector('input[type=checkbox]') !== null;
      section.hidden = none || !shown;
    });
  }

  document.addEventListener('DOMContentLoaded', function () {
    ['id_authentication_type', 'id_credential_source'].forEach(function (id) {
      const select = document.getElementById(id);
      if (select) select.addEventListener('change', arrange);
    });
    arrange();
  });
})();
