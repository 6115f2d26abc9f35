// The questions to the user: a new environment, another name, a removal.

import { make } from './dom.js';

export class Dialogs {
  /**
   * @param apputils The package `@jupyterlab/apputils`.
   * @param Widget Lumino's widget.
   * @param environments The `Environments`.
   * @param trans The translation of the texts.
   */
  constructor({ Dialog, showDialog }, Widget, environments, trans) {
    this._dialog = Dialog;
    this._showDialog = showDialog;
    this._widget = Widget;
    this._environments = environments;
    this._trans = trans;
  }

  /** Asks for a new environment and creates it. */
  async create(name = '') {
    const trans = this._trans;
    if (!this._environments.overview) {
      await this._environments.refresh();
    }
    const { conda, folder } = this._environments.overview ?? {};
    const fields = {
      name: field('input', { required: true, pattern: '[^\\-\\/\\\\:#\\s][^\\/\\\\:#]*', value: name }),
      manager: field('select', {}, ...[
        conda && make('option', { value: 'conda' }, trans.__('conda environment (%1)', conda)),
        make('option', { value: 'venv' }, trans.__('virtual environment in %1', folder ?? ''))
      ].filter(Boolean)),
      python: field('input', { placeholder: trans.__('Default'), pattern: '\\d+(\\.\\d+)*' }),
      packages: field('input', { placeholder: 'numpy pandas' })
    };
    const body = this._form([
      [trans.__('Name'), fields.name],
      [trans.__('Type'), fields.manager],
      [trans.__('Python version'), fields.python],
      [trans.__('Packages, separated by spaces'), fields.packages]
    ]);
    if (!(await this._ask(trans.__('New environment'), body, trans.__('Create')))) {
      return null;
    }
    const request = {
      verb: 'create',
      name: fields.name.value.trim(),
      manager: fields.manager.value,
      packages: fields.packages.value.split(/\s+/).filter(Boolean)
    };
    if (fields.python.value) {
      request.python = fields.python.value;
    }
    return this._environments.run(request, trans.__('Creating %1', request.name), true);
  }

  /** Asks for other names of a kernel and gives it those. */
  async rename(kernel) {
    const trans = this._trans;
    const name = field('input', { required: true, value: kernel.name });
    const display = field('input', { value: kernel.display_name });
    const body = this._form([
      [trans.__('Name that notebooks use'), name],
      [trans.__('Name that Jupyter shows'), display]
    ]);
    if (!(await this._ask(trans.__('Rename %1', kernel.display_name), body, trans.__('Rename')))) {
      return;
    }
    const request = { verb: 'rename', kernel: kernel.name };
    if (name.value !== kernel.name) {
      request.new_name = name.value;
    }
    if (display.value !== kernel.display_name) {
      request.display_name = display.value;
    }
    if (request.new_name !== undefined || request.display_name !== undefined) {
      await this._environments.run(request, trans.__('Renaming %1', kernel.name));
    }
  }

  /** Asks whether to remove a kernel and does so. */
  async remove(kernel) {
    const trans = this._trans;
    const body = trans.__('Jupyter will no longer offer this kernel. Its environment stays as it is.');
    const title = trans.__('Remove %1?', kernel.display_name);
    if (await this._ask(title, body, trans.__('Remove'), true)) {
      await this._environments.run({ verb: 'remove', kernel: kernel.name }, trans.__('Removing %1', kernel.name));
    }
  }

  async _ask(title, body, label, isWarning = false) {
    const accept = isWarning ? this._dialog.warnButton({ label }) : this._dialog.okButton({ label });
    const buttons = [this._dialog.cancelButton(), accept];
    return (await this._showDialog({ title, body, buttons, focusNodeSelector: 'input' })).button.accept;
  }

  _form(rows) {
    const node = make(
      'div.cjp-Form',
      {},
      ...rows.map(([label, input]) => make('label', {}, make('span', {}, label), input))
    );
    return new this._widget({ node });
  }
}

function field(tag, attributes, ...children) {
  return make(`${tag}.jp-mod-styled`, tag === 'input' ? { type: 'text', autocomplete: 'off', spellcheck: 'false', ...attributes } : attributes, ...children);
}
