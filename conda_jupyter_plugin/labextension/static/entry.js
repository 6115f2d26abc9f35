// The one file that Jupyter loads with the page. Everything else is loaded after the page is ready and idle.
//
// It is what a module federation container has to be, written by hand:
// https://jupyterlab.readthedocs.io/en/stable/extension/extension_dev.html#prebuilt-extensions

(() => {
  const name = 'conda-jupyter-plugin';
  const address = document.currentScript.src;
  let packages;

  /** Gives a package that Jupyter has loaded, such as `@jupyterlab/apputils`; undefined if it has none. */
  async function shared(wanted) {
    const versions = Object.values(packages[wanted] ?? {});
    const version = versions.find(one => one.loaded) ?? versions[0];
    return version && (await version.get())();
  }

  function isOffered() {
    const config = document.getElementById('jupyter-config-data');
    return Boolean(config && JSON.parse(config.textContent).condaJupyterPlugin);
  }

  const sleep = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));

  /** Waits until the page shows what it is to show, and has nothing to do. */
  async function rest(app) {
    await Promise.all([app.restored, app.serviceManager.ready]);
    for (let tries = 0; tries < 50 && !app.shell.currentWidget; tries++) {
      await sleep(200);
    }
    await sleep(1000);
    await new Promise(resolve => (window.requestIdleCallback ?? setTimeout)(resolve));
  }

  async function begin(app) {
    await rest(app);
    const { start } = await import(new URL('main.js', address));
    await start(app, shared);
  }

  const plugin = {
    id: `${name}:environments`,
    description: 'Manages environments and their kernels.',
    autoStart: true,
    activate: app => {
      if (isOffered()) {
        void begin(app);
      }
    }
  };

  window._JUPYTERLAB = window._JUPYTERLAB ?? {};
  window._JUPYTERLAB[name] = {
    init: scope => {
      packages = scope;
    },
    get: async () => () => ({ __esModule: true, default: plugin })
  };
})();
