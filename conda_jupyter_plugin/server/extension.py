"""The Jupyter server extension: updates kernels in the background, and adds the REST interface."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_server.log import log_request
from traitlets import Bool, List, Unicode
from traitlets.config import LoggingConfigurable

from .. import __version__
from .background import Background

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


_PAGES = ("lab", "tree", "notebooks", "nbclassic")
"""The paths of the pages of JupyterLab and Notebook, below the server's address."""


class KernelSync(LoggingConfigurable):
    """Updates kernels in the background, when the server starts and when an environment changes."""

    enabled = Bool(True, config=True, help="Whether the server updates kernels.")

    folders = List(
        Unicode(),
        config=True,
        help="Folders to search, with their subfolders, for environments that automatically become kernels,"
        " whether uv, pixi or an administrator creates them.",
    )


class EnvironmentsPanel(LoggingConfigurable):
    """The panel "Environments" of JupyterLab and Notebook, and the REST interface behind it."""

    enabled = Bool(True, config=True, help="Whether users can manage environments and kernels in Jupyter.")


def _load_jupyter_server_extension(server: Any) -> None:
    """Watch environments for as long as the server runs, and answer the panel."""
    setting = KernelSync(parent=server)
    if EnvironmentsPanel(parent=server).enabled:
        _add_interface(server, setting.folders)
    if not setting.enabled:
        return
    background = Background(setting.folders, setting.log)
    background.start()
    background.wake()
    _tell_of_lists(server, background)
    _tell_of_pages(server, background)


def _add_interface(server: Any, folders: Sequence[str]) -> None:
    """Add the REST interface, and say so in each page: the panel then asks for it."""
    from .api.handlers import routes

    application = server.web_app
    application.add_handlers(".*$", routes(server.base_url, server.root_dir, folders))
    application.settings.setdefault("page_config_data", {})["condaJupyterPlugin"] = __version__


def _tell_of_lists(server: Any, background: Background) -> None:
    """Wake it when the list of kernels is asked for."""
    specs = server.kernel_spec_manager
    listing = specs.get_all_specs

    def get_all_specs() -> Any:
        background.wake()
        return listing()

    specs.get_all_specs = get_all_specs


def _tell_of_pages(server: Any, background: Background) -> None:
    """Wake it when a page is loaded, which asks for the list in a moment: so one reload is mostly enough."""
    settings = server.web_app.settings
    logging = settings.get("log_function", log_request)

    def log_function(handler: Any) -> None:
        first, _, rest = handler.request.path.removeprefix(server.base_url).partition("/")
        if first in _PAGES and not rest.startswith("api/") and _is_logged_in(handler):
            background.wake()
        logging(handler)

    settings["log_function"] = log_function


def _is_logged_in(handler: Any) -> bool:
    """Whether a page was given, and to somebody who is logged in: others are sent to the login."""
    return handler.get_status() < 300 and bool(getattr(handler, "current_user", None))
