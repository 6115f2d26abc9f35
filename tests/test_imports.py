"""The house rules about who may import whom."""

import ast
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

import conda_jupyter_plugin
import pip_kernel_hook

PLUGIN, HOOK = (Path(package.__file__).parent for package in (conda_jupyter_plugin, pip_kernel_hook))
EVERYTHING = [*PLUGIN.rglob("*.py"), *HOOK.rglob("*.py")]
FOLDERS = sorted({path.parent for path in EVERYTHING})

# Each room may import what stands behind it, and itself.
ROOMS = {
    "plugin": ["conda_host"],
    "conda_host": ["flag", "conda_api", "settings", "cli", "checking", "core"],
    "flag": ["conda_api", "settings", "cli", "core"],
    "server": ["conda_api", "settings", "cli", "checking", "core"],
    "conda_api": ["settings", "cli", "checking", "core"],
    "settings": ["core"],
    "cli": ["checking", "core"],
    "checking": ["core"],
    "core": [],
}
LOWER = ["kernelspec", "rules", "environment", "system"]
CORE = {
    "verbs": ["planning", "state", "storage", "actions", "naming", "launch", "jupyter", *LOWER],
    "planning": ["state", "storage", "actions", "naming", "launch", "jupyter", *LOWER],
    "state": ["storage", "actions", "naming", "launch", "jupyter", *LOWER],
    "storage": ["actions", "naming", "jupyter", "kernelspec", "environment", "system"],
    "actions": ["jupyter"],
    "naming": ["jupyter", "kernelspec", "environment", "system"],
    "launch": ["kernelspec", "environment", "system"],
    "jupyter": LOWER,
    "kernelspec": ["environment", "system"],
    "rules": ["environment", "system"],
    "environment": ["system"],
    "system": [],
    "results": [],
    "rendered": [],
    "failures": [],
    "errors": [],
    "near_misses": [],
    "models": [],
    "dataclass": [],
}
# What everything in the core is made of.
PLAIN = ["results", "rendered", "failures", "errors", "models", "dataclass"]
BROAD = ("Exception", "BaseException")
BROAD_CATCHES = {
    # Where conda calls us: its own command ends as without us.
    "plugin.py": 3,
    "conda_host/__init__.py": 3,
    "conda_host/hooks.py": 1,
    "conda_host/post_transaction.py": 1,
    "flag/flagged_command.py": 1,
    # The boundary within our own commands.
    "core/failures.py": 2,
    # What conda, its plugins or its settings raise can be anything.
    "conda_api/transaction.py": 1,
    "flag/files.py": 1,
    "settings.py": 1,
    # The last words of what was interrupted.
    "cli/interruptions.py": 1,
    # Clean up, and raise again.
    "checking/starting.py": 2,
    "core/storage/swapping.py": 1,
    "core/system/lock.py": 1,
    "core/storage/carrying_out.py": 1,
    "creating/making.py": 1,
    "creating/processes.py": 1,
}
FREE_OF_CONDA = ("core", "checking", "cli", "server", "conda_api/files")
CONDA = ("conda", "conda_libmamba_solver", "conda_env")


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


def files_of(room):
    """The files of a folder, or the one file."""
    return list(PLUGIN.glob(f"{room}/**/*.py")) or [PLUGIN / f"{room}.py"]


def rooms_used_by(paths, house="conda_jupyter_plugin"):
    """The rooms of a package that some files import."""
    found = {name.removeprefix(f"{house}.") for _, name in offenders(paths, house)}
    return {name.split(".")[0] for name in found} & {*ROOMS, *CORE}


def broad_catches(path):
    """How often a file catches, or passes over, whatever is raised."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    caught = [node.type for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler)]
    passed = [
        argument
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("suppress", "passing_over")
        for argument in node.args
    ]
    return sum(kind is None or ast.unparse(kind) in BROAD for kind in caught + passed)


def test_every_file_is_in_a_room():
    rooms = {path.relative_to(PLUGIN).with_suffix("").parts[0] for path in PLUGIN.rglob("*.py")}

    assert rooms == {*ROOMS, "__init__"}

    assert {path.relative_to(PLUGIN / "core").with_suffix("").parts[0] for path in files_of("core")} == {
        *CORE,
        "__init__",
    }


@pytest.mark.parametrize("house", [ROOMS, CORE], ids=["package", "core"])
def test_no_room_stands_behind_itself(house):
    floors = list(house)

    assert [
        (room, low) for room in house for low in house[room] if floors.index(low) <= floors.index(room)
    ] == []


def test_relative_imports_are_seen_for_what_they_are():
    assert "conda_jupyter_plugin.core.errors" in imports(PLUGIN / "cli" / "verbs" / "add.py")


@pytest.mark.parametrize("room", ROOMS)
def test_imports_go_down_only(room):
    assert rooms_used_by(files_of(room)) <= {room, *ROOMS[room]}


@pytest.mark.parametrize("room", CORE)
def test_imports_of_the_core_go_down_only(room):
    made_of = PLAIN[PLAIN.index(room) + 1 :] if room in PLAIN else PLAIN

    used = rooms_used_by(files_of(f"core/{room}"), "conda_jupyter_plugin.core")

    assert used <= {room, *CORE[room], *made_of}


@pytest.mark.parametrize("folder", FOLDERS, ids=str)
def test_a_folder_has_a_dozen_files_at_most(folder):
    assert len([path for path in folder.iterdir() if path.name != "__init__.py" and path.is_file()]) <= 12


@pytest.mark.parametrize("folder", FOLDERS, ids=str)
def test_no_file_imports_one_that_imports_it(folder):
    below = {path: imports(path) for path in folder.glob("*.py")}
    modules = {path: ".".join(path.relative_to(PLUGIN.parent).with_suffix("").parts) for path in below}
    remaining = set(below)
    while free := {
        path for path in remaining if not any(modules[other] in below[path] for other in remaining)
    }:
        remaining -= free

    assert remaining == set()


@pytest.mark.parametrize("room", FREE_OF_CONDA)
def test_the_core_and_the_command_line_never_import_conda(room):
    assert offenders(files_of(room), *CONDA) == set()


def test_the_server_asks_no_conda_but_its_files():
    found = {name for _, name in offenders(files_of("server"), "conda_jupyter_plugin.conda_api")}

    assert [name for name in found if not belongs(name, "conda_jupyter_plugin.conda_api.files")] == []


def test_the_pip_side_imports_the_command_line_and_the_core_alone():
    assert rooms_used_by(HOOK.rglob("*.py")) == {"cli", "core"}
    assert offenders(HOOK.rglob("*.py"), *CONDA) == set()


def test_nobody_imports_the_pip_side():
    assert offenders(PLUGIN.rglob("*.py"), "pip_kernel_hook") == set()


@pytest.mark.parametrize("init", [path for path in EVERYTHING if path.name == "__init__.py"], ids=str)
def test_every_folder_says_in_a_sentence_what_is_in_it(init):
    summary = ast.get_docstring(ast.parse(init.read_text(encoding="utf-8"))).splitlines()[0]

    assert summary.endswith(".")


def test_jupyter_client_is_imported_only_to_start_kernels():
    assert {name for name, _ in offenders(EVERYTHING, "jupyter_client")} == {"starting.py", "stand_in.py"}
    assert loaded_by("import conda_jupyter_plugin.checking.kernels", "jupyter_client") == []


def test_what_catches_everything_is_counted():
    found = {path: broad_catches(path) for path in EVERYTHING}

    assert {
        path.relative_to(PLUGIN if PLUGIN in path.parents else HOOK).as_posix(): count
        for path, count in found.items()
        if count
    } == BROAD_CATCHES


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


@pytest.mark.parametrize(
    "room",
    [
        *("core.verbs.add", "core.verbs.list", "core.state.status", "cli.verbs.list", "cli.parsing.parser"),
        *("conda_api.packages", "flag.request"),
    ],
)
def test_a_room_loads_no_library_before_it_is_needed(room):
    libraries = ("conda", "jupyter_client", "jupyter_core", "filelock", "wcwidth")

    assert loaded_by(f"import conda_jupyter_plugin.{room}", *libraries) == []


def test_pip_kernel_loads_no_library_before_it_is_needed():
    libraries = ("conda", "jupyter_client", "jupyter_core", "filelock", "wcwidth", "virtualenv")

    assert loaded_by("import pip_kernel_hook.main", *libraries) == []


def test_the_package_loads_no_module_of_its_own():
    assert loaded_by("import conda_jupyter_plugin", "conda_jupyter_plugin") == ["conda_jupyter_plugin"]


def test_the_version_is_the_distributions():
    from importlib.metadata import version

    assert conda_jupyter_plugin.__version__ == version("conda-jupyter-plugin")


def test_any_other_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'nonsense'"):
        _ = conda_jupyter_plugin.nonsense


def defined_at_top(path):
    """The public functions and classes of a file."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    body = ast.parse(path.read_text(encoding="utf-8")).body
    return [node.name for node in body if isinstance(node, kinds) and not node.name.startswith("_")]


def names_given(path):
    """Every name that a file gives to a variable, an argument, a function or an attribute."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name


# What is written into kernels stays as it is.
OURS = [path for path in EVERYTHING if path.name != "stand_in.py"]


def parameters(function):
    """How many things a function is handed, besides the one that it belongs to."""
    given = function.args
    named = [*given.posonlyargs, *given.args, *given.kwonlyargs]
    return len([argument for argument in named if argument.arg not in ("self", "cls")])


@pytest.mark.parametrize("path", files_of("core"), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_function_of_the_core_is_handed_more_than_four_things(path):
    functions = [
        node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.FunctionDef)
    ]

    assert [function.name for function in functions if parameters(function) > 4] == []


def test_no_two_functions_or_classes_have_one_name():
    found = Counter(name for path in OURS for name in defined_at_top(path))

    assert [name for name, count in found.items() if count > 1] == []


def test_names_say_what_they_hold():
    vague = {"one", "some", "here", "there", "told", "beside", "further", "former", "elsewhere", "around"}

    assert {(path.name, name) for path in OURS for name in names_given(path) if name in vague} == set()
