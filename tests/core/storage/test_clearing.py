import os

from conda_jupyter_plugin.core.jupyter.locations import user_location
from conda_jupyter_plugin.core.storage import clearing
from conda_jupyter_plugin.core.storage.clearing import clear
from conda_jupyter_plugin.core.system.lock import FILE as LOCK
from conda_jupyter_plugin.core.verbs.find import find_of

from ...support import open_registry, remove


def test_the_lock_that_another_process_takes_meanwhile_stays(opencv, monkeypatch):
    location = user_location()
    remove(find_of(open_registry(), opencv.prefix))
    original = clearing._empty

    def overtaken(workshop, errors):
        original(workshop, errors)
        os.close(workshop.open(LOCK, os.O_RDWR | os.O_CREAT | os.O_EXCL))

    monkeypatch.setattr(clearing, "_empty", overtaken)
    errors = []
    clear(location, errors)

    assert (errors, os.listdir(location.workshop)) == ([], [LOCK])
