// The server's REST interface: see docs/reference/rest.md.

const ADDRESS = 'conda-jupyter-plugin/api';
const SCHEMA_VERSION = 1;
const RETRIES = 30;

/** A request failed. Its message is a sentence for the user. */
export class RequestError extends Error {
  constructor(message, status = 0) {
    super(message);
    this.status = status;
  }
}

export class Server {
  /**
   * @param services The package `@jupyterlab/services`.
   * @param settings The settings of the connection to the server.
   * @param trans The translation of the texts.
   */
  constructor(services, settings, trans) {
    this._connection = services.ServerConnection;
    this._settings = settings;
    this._trans = trans;
  }

  /** Gives all kernels and environments. */
  kernels() {
    return this._request('kernels');
  }

  /** Gives the tasks that run. */
  async running() {
    return (await this._request('tasks')).tasks;
  }

  /** Starts a task and gives its identifier. */
  async start(request) {
    return (await this._request('tasks', { method: 'POST', body: JSON.stringify(request) })).id;
  }

  /** Cancels a task, and waits until it has cleaned up. */
  async cancel(id) {
    await this._request(`tasks/${id}`, { method: 'DELETE' });
  }

  /**
   * Waits until a task has ended, also if the connection is lost in between.
   *
   * @param onLines Called with each group of new lines.
   * @returns The document that its command printed.
   * @throws RequestError The command failed, or its result is lost.
   */
  async follow(id, onLines = () => {}) {
    let count = 0;
    for (;;) {
      const progress = await this._persistently(`tasks/${id}?after=${count}`);
      count += progress.lines.length;
      if (progress.lines.length) {
        onLines(progress.lines);
      }
      if (progress.exit_status !== null) {
        return this._result(progress);
      }
    }
  }

  /** Starts a task and waits until it has ended. */
  async run(request, onLines) {
    return this.follow(await this.start(request), onLines);
  }

  _result({ verb, document, exit_status: status, lines }) {
    // A check whose kernels do not work has done what it is for.
    const isCheck = verb === 'check' && !document?.error;
    const error = document?.error ?? document?.errors?.[0]?.error;
    if (document && (isCheck || (status === 0 && !error))) {
      return document;
    }
    throw new RequestError(error ?? lines.at(-1) ?? this._trans.__('The command failed.'));
  }

  /** Asks again while the server cannot be reached: it may be restarting. */
  async _persistently(path) {
    for (let tries = 0; ; tries++) {
      try {
        return await this._request(path);
      } catch (error) {
        if (error.status === 404) {
          throw new RequestError(this._trans.__('The server was restarted, which stopped the command.'), 404);
        }
        if (!(error instanceof this._connection.NetworkError) || tries === RETRIES) {
          throw error;
        }
        await new Promise(resolve => setTimeout(resolve, 1000));
      }
    }
  }

  async _request(path, init = {}) {
    const url = `${this._settings.baseUrl}${ADDRESS}/${path}`;
    const response = await this._connection.makeRequest(url, init, this._settings);
    const text = await response.text();
    let document = null;
    try {
      document = text ? JSON.parse(text) : null;
    } catch {
      // A proxy answers in HTML.
    }
    if (!response.ok) {
      throw new RequestError(document?.message ?? this._sentence(response.status), response.status);
    }
    if (document && document.schema_version !== SCHEMA_VERSION) {
      throw new RequestError(this._trans.__('The server was updated. Reload this page.'));
    }
    return document;
  }

  _sentence(status) {
    if (status === 404) {
      return this._trans.__('This server does not manage environments. Restart it, then reload this page.');
    }
    return this._trans.__('The server answered with status %1.', status);
  }
}
