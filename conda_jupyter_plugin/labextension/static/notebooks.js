// Notebooks whose kernel is missing or dies: why, and a button that makes it right.

import { button, make } from './dom.js';

export class NotebookWatch {
  /**
   * @param environments The `Environments`.
   * @param dialogs The `Dialogs`.
   * @param apputils The package `@jupyterlab/apputils`.
   * @param services Jupyter's service manager.
   * @param trans The translation of the texts.
   */
  constructor(environments, dialogs, { Dialog, Notification }, services, trans) {
    this._environments = environments;
    this._dialogs = dialogs;
    this._dialog = Dialog;
    this._notification = Notification;
    this._services = services;
    this._trans = trans;
  }

  /** Watches a notebook. */
  async watch(panel) {
    const { context, sessionContext } = panel;
    let isAsking = false;
    let notice = null;
    const explain = async () => {
      if (!isAsking && !panel.isDisposed) {
        isAsking = true;
        // Jupyter may start a kernel that dies several times: what was said before is said again.
        this._notification.dismiss(notice ?? '');
        notice = await this._explain(panel).catch(error => console.warn(error));
        isAsking = false;
      }
    };
    sessionContext.statusChanged.connect((_, status) => {
      if (status === 'dead' || status === 'autorestarting') {
        void explain();
      }
    });
    // A kernel that cannot start is replaced by one that says why.
    const look = kernel =>
      kernel?.info.then(info => info.implementation === 'conda-jupyter-plugin' && explain()).catch(() => {});
    sessionContext.kernelChanged.connect((_, { newValue: kernel }) => look(kernel));
    look(sessionContext.session?.kernel);
    await context.ready;
    await this._services.kernelspecs.ready;
    const name = sessionContext.kernelPreference.name || context.model.defaultKernelName;
    const known = this._services.kernelspecs.specs?.kernelspecs ?? {};
    if (name && !(name in known)) {
      await explain();
    }
  }

  /** Checks the kernel of a notebook; says what is wrong, if anything is, and offers the fix. */
  async _explain(panel) {
    const path = this._services.contents.localPath(panel.context.path);
    const document = await this._environments.server.run({ verb: 'check', notebooks: [path] });
    const verdict = document.notebooks?.[0];
    if (!verdict || verdict.ok || panel.isDisposed) {
      return null;
    }
    const file = path.split('/').at(-1);
    const actions = this._actions(panel, verdict);
    const id = this._notification.emit(`${file}: ${verdict.error}.`, 'warning', {
      autoClose: false,
      actions: actions.map(([label, callback]) => ({ label, callback: () => void callback() }))
    });
    panel.disposed.connect(() => this._notification.dismiss(id));
    this._explainInDialog(panel, verdict, actions, id);
    return id;
  }

  /** The ways out of a verdict, the best one first: each a label and what it does. */
  _actions(panel, verdict) {
    const actions = [];
    if (verdict.fix) {
      actions.push([this._environments.fixLabel(verdict.fix), () => this._fix(panel, verdict)]);
    }
    const registered = verdict.candidates.find(candidate => candidate.path);
    if (registered) {
      const label = this._trans.__('Use %1', registered.display_name);
      actions.push([label, () => this._use(panel, registered.name)]);
    }
    if (!verdict.fix) {
      actions.push([this._trans.__('New environment...'), () => this._create(panel, verdict)]);
    }
    return actions;
  }

  async _fix(panel, { fix, kernel }) {
    const result = await this._environments.fix(fix);
    if (result && fix.verb === 'install') {
      await this._use(panel, kernel);
    } else {
      await this._useResult(panel, result);
    }
  }

  async _create(panel, verdict) {
    await this._useResult(panel, await this._dialogs.create(verdict.kernel ?? ''));
  }

  async _useResult(panel, document) {
    const rows = ['registered', 'refreshed', 'unchanged'].flatMap(kind => document?.[kind] ?? []);
    const language = panel.context.model.defaultKernelLanguage?.toLowerCase();
    const row = rows.find(({ language: own }) => own?.toLowerCase() === language) ?? rows[0];
    if (row) {
      await this._use(panel, row.name);
    }
  }

  async _use(panel, name) {
    if (!panel.isDisposed) {
      await panel.sessionContext.changeKernel({ name });
    }
  }

  /** Says it in Jupyter's own dialog too, which asks for a kernel and lies above the notification. */
  _explainInDialog(panel, verdict, actions, id) {
    const name = `"${panel.sessionContext.name}"`;
    const isMeant = dialog => dialog.node.querySelector('select') && dialog.node.textContent.includes(name);
    const dialog = this._dialog.tracker.find(isMeant);
    const body = dialog?.node.querySelector('.jp-Dialog-body');
    if (!body) {
      return;
    }
    const choose = callback => () => {
      this._notification.dismiss(id);
      dialog.reject();
      return callback();
    };
    const buttons = actions.map(([label, callback], position) => {
      const element = button(label, choose(callback));
      element.classList.toggle('jp-mod-accept', position === 0);
      return element;
    });
    const sentence = this._trans.__('This notebook cannot run: %1.', verdict.error);
    body.prepend(make('div.cjp-Advice', { role: 'alert' }, make('p', {}, sentence), make('div.cjp-Actions', {}, ...buttons)));
    // The dialog has Enter for its own buttons.
    const press = event => {
      if (event.key === 'Enter' && buttons.includes(event.target)) {
        event.stopImmediatePropagation();
        event.target.click();
      }
    };
    window.addEventListener('keydown', press, true);
    dialog.disposed.connect(() => window.removeEventListener('keydown', press, true));
  }
}
