// All environments and kernels, and the commands that change them.

/** The name of an environment as people say it: the project's for `.venv`. */
export function nameOf(prefix) {
  const parts = prefix.split(/[\\/]/).filter(Boolean);
  const last = parts.at(-1) ?? prefix;
  return /^(\.venv|venv|env)$/.test(last) && parts.length > 1 ? parts.slice(-2).join('/') : last;
}

export class Environments {
  /**
   * @param server The `Server`.
   * @param kernelspecs Jupyter's own manager of kernelspecs.
   * @param Notification Jupyter's notifications.
   * @param trans The translation of the texts.
   */
  constructor(server, kernelspecs, Notification, trans) {
    this.server = server;
    this.trans = trans;
    this.overview = null;
    this.error = '';
    this.verdicts = new Map();
    this.tasks = [];
    this._kernelspecs = kernelspecs;
    this._notification = Notification;
    this._listeners = [];
  }

  /** Calls a function after each change. */
  onChange(listener) {
    this._listeners.push(listener);
  }

  /** Reads everything from the server. */
  async refresh() {
    try {
      this.overview = await this.server.kernels();
      this.error = '';
    } catch (error) {
      this.error = error.message;
    }
    this._changed();
  }

  /** Shows the tasks that run since before this page was loaded. */
  async resume() {
    for (const { id, verb } of await this.server.running()) {
      if (['create', 'add', 'install'].includes(verb) && !this.tasks.some(task => task.id === id)) {
        this._follow(id, this.trans.__('Running: %1', verb), true).catch(() => {});
      }
    }
  }

  /**
   * Runs a command, and shows what it changed.
   *
   * @param request The request to the server.
   * @param title What it does, for the user.
   * @param isLong Whether it may take minutes: a notification then shows its progress.
   * @returns The command's document; null if it failed, which the user has been told.
   */
  async run(request, title, isLong = false) {
    let id;
    try {
      id = await this.server.start(request);
      return await this._follow(id, title, isLong);
    } catch (error) {
      if (!(id && isLong)) {
        this._notification.emit(error.message, 'error', { autoClose: false });
      }
      return null;
    }
  }

  /** Checks kernels, all if none are named, and keeps the verdicts. */
  async check(...names) {
    const title = names.length ? this.trans.__('Checking %1', names.join(', ')) : this.trans.__('Checking all kernels');
    const document = await this.run({ verb: 'check', kernels: names }, title);
    for (const kernel of document?.kernels ?? []) {
      this.verdicts.set(kernel.name, kernel);
    }
    this._changed();
    return document;
  }

  /** Says what a fix does, for a button. */
  fixLabel(fix) {
    if (fix.verb === 'sync') {
      return this.trans.__('Update kernels');
    }
    const name = nameOf(fix.prefix);
    return fix.package
      ? this.trans.__('Install %1 into %2', fix.package, name)
      : this.trans.__('Register %1', name);
  }

  /** Carries out a fix. */
  fix(fix) {
    const request = Object.fromEntries(Object.entries(fix).filter(([, value]) => value !== null && value !== false));
    if (fix.verb === 'add') {
      // It is only for the label: the command finds out which package the environment needs.
      delete request.package;
    }
    return this.run(request, this.fixLabel(fix), Boolean(fix.package));
  }

  /** Shows a task no more. */
  dismiss(task) {
    this.tasks = this.tasks.filter(other => other !== task);
    this._changed();
  }

  async _follow(id, title, isLong) {
    const task = { id, title, lines: [], cancel: () => this._cancel(task) };
    this.tasks.push(task);
    const notice = isLong && this._notification.emit(title, 'in-progress', this._whileRunning(task));
    this._changed();
    try {
      const document = await this.server.follow(id, lines => {
        task.lines.push(...lines);
        this._changed();
      });
      this._forgetVerdicts(document);
      this._finish(notice, this.trans.__('Done: %1', title), 'success', 5000);
      return document;
    } catch (error) {
      const message = task.isCancelled ? this.trans.__('Cancelled: %1', title) : error.message;
      task.error = isLong && !task.isCancelled ? message : '';
      this._finish(notice, message, task.isCancelled ? 'warning' : 'error', task.isCancelled ? 5000 : false);
      throw error;
    } finally {
      if (!task.error) {
        this.dismiss(task);
      }
      // The launcher and the lists of kernels show what is new.
      await this._kernelspecs.refreshSpecs().catch(() => {});
      await this.refresh();
    }
  }

  /** Forgets what was said of kernels that a command has changed. */
  _forgetVerdicts(document) {
    for (const kind of ['registered', 'refreshed', 'removed']) {
      document[kind]?.forEach(({ name }) => this.verdicts.delete(name));
    }
  }

  _whileRunning(task) {
    const cancel = event => {
      event.preventDefault();
      task.cancel();
    };
    return { autoClose: false, actions: [{ label: this.trans.__('Cancel'), callback: cancel }] };
  }

  async _cancel(task) {
    task.isCancelled = true;
    this._changed();
    await this.server.cancel(task.id);
  }

  _finish(id, message, type, autoClose) {
    if (id) {
      this._notification.update({ id, message, type, autoClose, actions: [] });
    }
  }

  _changed() {
    for (const listener of this._listeners) {
      listener();
    }
  }
}
