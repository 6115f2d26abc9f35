// The panel "Environments": every environment with its kernels, and what can be done with them.

import { button, make } from './dom.js';
import { nameOf } from './environments.js';

const SHOWN_LINES = 200;

/** Makes the content of the panel, which follows the environments. */
export class Panel {
  /**
   * @param environments The `Environments`.
   * @param dialogs The `Dialogs`.
   * @param trans The translation of the texts.
   */
  constructor(environments, dialogs, trans) {
    this._environments = environments;
    this._dialogs = dialogs;
    this._trans = trans;
    this._filter = make('input.jp-mod-styled.cjp-Filter', {
      type: 'search',
      placeholder: trans.__('Filter'),
      'aria-label': trans.__('Filter environments and kernels'),
      input: () => this._render()
    });
    this._status = make('div.cjp-Status', { role: 'status' });
    this._list = make('ul.cjp-List', { 'aria-label': trans.__('Environments') });
    this._tasks = make('div.cjp-Tasks');
    this.node = make('div.cjp-Panel', {}, this._header(), this._filter, this._tasks, this._status, this._list);
    environments.onChange(() => this._render());
  }

  /** Puts the focus where a user of the keyboard begins. */
  focus() {
    this._filter.focus();
  }

  _header() {
    const { _trans: trans, _environments: environments } = this;
    return make(
      'div.cjp-Header',
      {},
      make('h2', {}, trans.__('Environments')),
      button(trans.__('New environment...'), () => this._dialogs.create(), { class: 'cjp-Button jp-mod-styled jp-mod-accept' }),
      button(trans.__('Check all'), () => environments.check()),
      button(trans.__('Update all'), () => environments.run({ verb: 'sync' }, trans.__('Updating kernels'))),
      button(trans.__('Reload'), () => environments.refresh())
    );
  }

  _render() {
    const { overview, error } = this._environments;
    this._renderTasks();
    const problems = overview?.errors?.map(problem => problem.error).join(' ') ?? '';
    this._status.textContent = error || problems || (overview ? '' : this._trans.__('Loading...'));
    const wanted = this._filter.value.trim().toLowerCase();
    const groups = overview ? groupsOf(overview).filter(group => matches(group, wanted)) : [];
    const focused = document.activeElement?.dataset?.key;
    this._list.replaceChildren(...groups.map(group => this._group(group)));
    if (overview && !groups.length) {
      this._status.textContent = this._trans.__('Nothing matches the filter.');
    }
    if (focused) {
      this.node.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
    }
  }

  _renderTasks() {
    this._tasks.replaceChildren(...this._environments.tasks.map(task => this._task(task)));
    for (const log of this._tasks.querySelectorAll('pre')) {
      log.scrollTo(0, log.scrollHeight);
    }
  }

  _task(task) {
    const trans = this._trans;
    const end = task.error
      ? button(trans.__('Close'), () => this._environments.dismiss(task))
      : button(trans.__('Cancel'), () => task.cancel());
    end.disabled = Boolean(task.isCancelled);
    const lines = task.lines.slice(-SHOWN_LINES).join('\n');
    return make(
      'section.cjp-Task',
      { 'aria-label': task.title },
      make('div.cjp-Row', {}, task.title, end),
      task.error ? make('p', { role: 'alert' }, task.error) : null,
      lines ? make('pre.cjp-Log', { tabindex: 0, 'aria-label': trans.__('Progress') }, lines) : null
    );
  }

  _group(group) {
    const version = group.version ? `${group.language === 'R' ? 'R' : 'Python'} ${group.version}` : '';
    const facts = [group.manager, version].filter(Boolean).join(', ');
    return make(
      'li.cjp-Environment',
      {},
      make('h3', { title: group.prefix ?? '' }, group.name, ' ', make('span.cjp-Facts', {}, facts)),
      group.prefix ? make('div.cjp-Path', {}, group.prefix) : null,
      make('ul', {}, ...group.kernels.map(kernel => this._kernel(kernel))),
      group.kernels.length ? null : this._withoutKernel(group)
    );
  }

  _withoutKernel(group) {
    const fix = { verb: 'add', prefix: group.prefix, install: true, package: group.package };
    return make(
      'div.cjp-Row',
      {},
      make('span.cjp-Badge', {}, this._trans.__('no kernel')),
      this._action(this._environments.fixLabel(fix), group.name, () => this._environments.fix(fix))
    );
  }

  _kernel(kernel) {
    const { _trans: trans, _environments: environments } = this;
    const verdict = environments.verdicts.get(kernel.name);
    const failure = verdict && !verdict.ok ? `${verdict.error}. ${verdict.hint}` : '';
    const works = verdict?.ok ? trans.__('Works: it answered in %1 s.', verdict.seconds.toFixed(1)) : '';
    const kept = kernel.managed || kernel.status === 'unregistered' ? '' : trans.__(', not managed');
    return make(
      'li.cjp-Kernel',
      {},
      make(
        'div.cjp-Row',
        {},
        make('span.cjp-Name', { title: kernel.name }, kernel.display_name),
        make(`span.cjp-Badge.cjp-mod-${kernel.status}`, {}, `${this._statusOf(kernel)}${kept}`)
      ),
      kernel.reason ? make('div.cjp-Reason', {}, kernel.reason) : null,
      make('div.cjp-Verdict', { role: 'status' }, failure || works),
      make('div.cjp-Actions', {}, ...this._actions(kernel, verdict))
    );
  }

  _actions(kernel, verdict) {
    const { _trans: trans, _environments: environments, _dialogs: dialogs } = this;
    const title = kernel.display_name;
    if (kernel.status === 'unregistered') {
      const fix = { verb: 'add', prefix: kernel.prefix };
      return [this._action(trans.__('Register'), title, () => environments.fix(fix))];
    }
    const actions = [];
    if (verdict?.fix) {
      actions.push(this._action(environments.fixLabel(verdict.fix), title, () => this._fix(verdict)));
    } else if (kernel.status !== 'ok') {
      actions.push(this._action(trans.__('Repair'), title, () => this._repair(kernel)));
    }
    actions.push(this._action(trans.__('Check'), title, () => environments.check(kernel.name)));
    if (kernel.managed) {
      actions.push(
        this._action(trans.__('Rename...'), title, () => dialogs.rename(kernel)),
        this._action(trans.__('Remove...'), title, () => dialogs.remove(kernel))
      );
    }
    return actions;
  }

  /** Makes a button whose label tells a screen reader which kernel it is for. */
  _action(label, what, action) {
    return button(label, action, { 'aria-label': `${label}: ${what}`, 'data-key': `${label}: ${what}` });
  }

  async _fix({ fix, name }) {
    const result = await this._environments.fix(fix);
    if (result && fix.verb === 'install') {
      await this._environments.check(name);
    }
  }

  async _repair(kernel) {
    if (kernel.status === 'stale') {
      await this._environments.run({ verb: 'sync' }, this._trans.__('Updating kernels'));
    } else {
      await this._environments.check(kernel.name);
    }
  }

  _statusOf(kernel) {
    const texts = {
      ok: this._trans.__('ok'),
      stale: this._trans.__('out of date'),
      broken: this._trans.__('broken'),
      unregistered: this._trans.__('not registered')
    };
    return texts[kernel.status] ?? kernel.status;
  }
}

/** Gathers kernels by their environment, and adds the environments without any. */
function groupsOf({ kernels, environments }) {
  const groups = new Map();
  for (const kernel of kernels) {
    const key = kernel.prefix ?? '';
    if (!groups.has(key)) {
      const name = kernel.environment ?? (kernel.prefix ? nameOf(kernel.prefix) : '');
      groups.set(key, { ...kernel, name: name || 'Jupyter', kernels: [] });
    }
    groups.get(key).kernels.push(kernel);
  }
  for (const environment of environments) {
    groups.set(environment.prefix, { ...environment, name: environment.environment, kernels: [] });
  }
  return [...groups.values()].sort((a, b) => !a.prefix - !b.prefix || a.name.localeCompare(b.name));
}

function matches(group, wanted) {
  const texts = [group.name, group.prefix ?? '', ...group.kernels.flatMap(kernel => [kernel.name, kernel.display_name])];
  return texts.some(text => text.toLowerCase().includes(wanted));
}
