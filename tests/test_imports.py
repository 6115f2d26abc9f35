"""The house rules about who may import whom."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import conda_jupyter_plugin
import pip_kernel_hook

PLUGIN, HOOK = (Path(package.__file__).parent for package in (conda_jupyter_plugin, pip_kernel_hook))
FREE_OF_CONDA = [
    *PLUGIN.glob("core/*.py"),
    *PLUGIN.glob("cli/*.py"),
    *HOOK.glob("*.py"),
    PLUGIN / "packages.py",
]
EVERYTHING = [*PLUGIN.rglob("*.py"), *HOOK.rglob("*.py")]


def resolve(path, node):
    """The absolute names of the modules that one import statement names."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    parts = path.relative_to(PLUGIN.parent if PLUGIN in path.parents else HOOK.parent).with_suffix("").parts
    package = list(parts[: len(parts) - node.level]) if node.level else []
    module = ".".join([*package, *([node.module] if node.module else [])])
    return [module, *(f"{module}.{alias.name}" for alias in node.names)]


def imports(path, *, module_level=False):
    """The modules that a file imports, wherever it does; by itself or only at its top."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = tree.body if module_level else ast.walk(tree)
    found = (resolve(path, node) for node in nodes if isinstance(node, ast.Import | ast.ImportFrom))
    return {name for names in found for name in names}


def belongs(name, *packages):
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def offenders(paths, *packages):
    return {(path.name, name) for path in paths for name in imports(path) if belongs(name, *packages)}


def loaded_by(statement, *packages):
    """The modules of some packages that a statement loads in a fresh interpreter."""
    code = f"import json, sys; {statement}; print(json.dumps(list(sys.modules)))"
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    return [name for name in json.loads(output) if belongs(name, *packages)]


def test_the_walk_sees_every_room():
    assert {"registry.py", "verbs.py", "main.py", "packages.py"} <= {path.name for path in FREE_OF_CONDA}


def test_relative_imports_are_seen_for_what_they_are():
    assert "conda_jupyter_plugin.core.errors" in imports(PLUGIN / "cli" / "verbs.py")


def test_the_core_the_command_line_and_the_pip_side_never_import_conda():
    assert offenders(FREE_OF_CONDA, "conda", "conda_libmamba_solver", "conda_env") == set()


def test_nobody_imports_the_pip_side():
    assert offenders(PLUGIN.rglob("*.py"), "pip_kernel_hook") == set()


def test_the_core_imports_nothing_of_the_project_but_itself():
    found = offenders(PLUGIN.glob("core/*.py"), "conda_jupyter_plugin")

    outside = {(file, name) for file, name in found if not belongs(name, "conda_jupyter_plugin.core")}
    assert outside == set()


def test_the_command_line_imports_no_room_of_condas():
    found = offenders(PLUGIN.glob("cli/*.py"), "conda_jupyter_plugin")
    allowed = ("conda_jupyter_plugin.core", "conda_jupyter_plugin.cli")

    assert {(file, name) for file, name in found if not belongs(name, *allowed)} == set()


def test_the_pip_side_imports_no_room_of_condas():
    found = offenders(HOOK.glob("*.py"), "conda_jupyter_plugin")
    allowed = ("conda_jupyter_plugin.core", "conda_jupyter_plugin.cli", "conda_jupyter_plugin.__version__")

    outside = {(file, name) for file, name in found if not belongs(name, *allowed)}
    assert {name for _, name in outside} <= {"conda_jupyter_plugin"}


def test_jupyter_client_is_imported_nowhere():
    assert offenders(EVERYTHING, "jupyter_client") == set()


def test_the_package_itself_imports_nothing():
    assert imports(PLUGIN / "__init__.py", module_level=True) == set()


def test_the_plugin_imports_nothing_but_condas_hook_marker():
    found = imports(PLUGIN / "plugin.py", module_level=True)
    there = ("__future__", "contextlib", "sys", "typing")  # conda has loaded these long before

    assert {name for name in found if not belongs(name, *there)} == {
        "conda.plugins",
        "conda.plugins.hookimpl",
    }


def test_the_plugin_is_under_100_lines():
    assert len((PLUGIN / "plugin.py").read_text(encoding="utf-8").splitlines()) < 100


@pytest.mark.parametrize("path", EVERYTHING, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_module_is_over_300_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


@pytest.mark.parametrize("room", ["core.registry", "core.inspection", "cli.verbs", "cli.parser", "packages"])
def test_a_room_loads_no_library_before_it_is_needed(room):
    libraries = ("conda", "jupyter_client", "jupyter_core", "filelock", "tabulate")

    assert loaded_by(f"import conda_jupyter_plugin.{room}", *libraries) == []


def test_pip_kernel_loads_no_library_before_it_is_needed():
    libraries = ("conda", "jupyter_client", "jupyter_core", "filelock", "tabulate", "virtualenv")

    assert loaded_by("import pip_kernel_hook.main", *libraries) == []


def test_the_package_loads_no_module_of_its_own():
    assert loaded_by("import conda_jupyter_plugin", "conda_jupyter_plugin") == ["conda_jupyter_plugin"]


def test_the_version_is_the_distributions():
    from importlib.metadata import version

    assert conda_jupyter_plugin.__version__ == version("conda-jupyter-plugin")


def test_any_other_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'nonsense'"):
        _ = conda_jupyter_plugin.nonsense
