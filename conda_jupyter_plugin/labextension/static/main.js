// Loaded after the page is ready: the panel, the commands, and the watch over notebooks.

import { Dialogs } from './dialogs.js';
import { Environments } from './environments.js';
import { NotebookWatch } from './notebooks.js';
import { Panel } from './panel.js';
import { Server } from './server.js';

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24"><g class="jp-icon3" fill="#616161">
<path d="M12 2 3 6.5v11L12 22l9-4.5v-11zm0 2.2 6.3 3.2L12 10.5 5.7 7.4zM5 9.2l6 3v7.1l-6-3zm8 10.1v-7.1l6-3v7.1z"/></g></svg>`;

/**
 * Adds everything to the application.
 *
 * @param app The application: JupyterLab or Notebook.
 * @param shared Gives a package that the application has loaded.
 */
export async function start(app, shared) {
  const [apputils, services, widgets, ui, translation] = await Promise.all(
    ['@jupyterlab/apputils', '@jupyterlab/services', '@lumino/widgets', '@jupyterlab/ui-components', '@jupyterlab/translation'].map(shared)
  );
  const translator = await app.resolveOptionalService(translation.ITranslator);
  const trans = (translator ?? translation.nullTranslator).load('conda_jupyter_plugin');
  const server = new Server(services, app.serviceManager.serverSettings, trans);
  const environments = new Environments(server, app.serviceManager.kernelspecs, apputils.Notification, trans);
  const dialogs = new Dialogs(apputils, widgets.Widget, environments, trans);

  addStyle();
  const icon = new ui.LabIcon({ name: 'conda-jupyter-plugin:environments', svgstr: ICON });
  const widget = addPanel(app, new Panel(environments, dialogs, trans), environments, { icon, trans, widgets });
  const optional = async (name, token) => {
    const found = await shared(name);
    return found && app.resolveOptionalService(found[token]);
  };
  addCommands(app, widget, environments, dialogs, { icon, trans });
  await offerCommands(optional, trans);
  const tracker = await optional('@jupyterlab/notebook', 'INotebookTracker');
  if (tracker) {
    const watch = new NotebookWatch(environments, dialogs, apputils, app.serviceManager, trans);
    tracker.forEach(panel => void watch.watch(panel));
    tracker.widgetAdded.connect((_, panel) => void watch.watch(panel));
  }
}

function addStyle() {
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = new URL('style.css', import.meta.url);
  document.head.append(link);
}

function addPanel(app, panel, environments, { icon, trans, widgets }) {
  const widget = new widgets.Widget({ node: panel.node });
  widget.id = 'conda-jupyter-plugin-environments';
  widget.title.icon = icon;
  widget.title.caption = trans.__('Environments');
  let isShown = false;
  widget.onAfterShow = () => {
    if (!isShown) {
      isShown = true;
      environments.resume().catch(() => {});
    }
    void environments.refresh();
  };
  app.shell.add(widget, 'left', { rank: 600 });
  // The palette gives the focus back to the main area after a command.
  widget.onActivateRequest = () => setTimeout(() => panel.focus());
  return widget;
}

function addCommands(app, widget, environments, dialogs, { icon, trans }) {
  const open = () => app.shell.activateById(widget.id);
  app.commands.addCommand('environments:open', { label: trans.__('Show environments'), icon, execute: open });
  app.commands.addCommand('environments:create', {
    label: trans.__('New environment...'),
    caption: trans.__('Create an environment and its kernel'),
    icon,
    execute: () => dialogs.create()
  });
  app.commands.addCommand('environments:check', {
    label: trans.__('Check all kernels'),
    execute: () => {
      open();
      return environments.check();
    }
  });
  app.commands.addCommand('environments:sync', {
    label: trans.__('Update kernels'),
    execute: () => environments.run({ verb: 'sync' }, trans.__('Updating kernels'))
  });
}

/** Puts the commands where users look: the palette, the menu of kernels, the launcher. */
async function offerCommands(optional, trans) {
  const palette = await optional('@jupyterlab/apputils', 'ICommandPalette');
  for (const name of ['open', 'create', 'check', 'sync']) {
    palette?.addItem({ command: `environments:${name}`, category: trans.__('Environments') });
  }
  const menu = await optional('@jupyterlab/mainmenu', 'IMainMenu');
  menu?.kernelMenu.addGroup([{ command: 'environments:open' }, { command: 'environments:create' }], 100);
  const launcher = await optional('@jupyterlab/launcher', 'ILauncher');
  launcher?.add({ command: 'environments:create', category: trans.__('Other'), rank: 10 });
}
