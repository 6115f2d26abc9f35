"""conda's settings, read from its files and variables without it."""

import pytest

from conda_jupyter_plugin.conda_api.files.configuration import Configuration, read_configuration


def test_without_files_all_is_as_by_default():
    assert read_configuration(None) == Configuration()


def test_every_setting_is_read(home):
    (home / ".condarc").write_text(
        "envs_dirs: [~/envs, relative]\n"
        "plugins: {kernel_auto: all, kernel_display_name: '{environment}', kernel_location: system}\n"
    )

    assert read_configuration(None) == Configuration((home / "envs",), "all", "{environment}", "system")


@pytest.mark.parametrize(
    ("file", "other"),
    [
        ("miniforge3/.condarc", ".condarc"),
        (".config/conda/.condarc", ".conda/.condarc"),
        (".conda/condarc.d/a.yml", ".conda/condarc.d/b.yaml"),
        (".condarc", "condarc"),
    ],
)
def test_what_comes_later_in_condas_order_counts(conda, home, monkeypatch, file, other):
    monkeypatch.setenv("CONDARC", str(home / "condarc"))
    for path, auto in ((home / file, "all"), (home / other, "named")):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"plugins:\n  kernel_auto: {auto}\n")

    assert read_configuration(conda).auto == "named"


def test_a_variable_counts_most(home, monkeypatch):
    (home / ".condarc").write_text("plugins: {kernel_auto: all}\n")
    monkeypatch.setenv("CONDA_PLUGINS_KERNEL_AUTO", "off")

    assert read_configuration(None).auto == "off"


def test_the_word_off_is_off_though_yaml_calls_it_false(home):
    (home / ".condarc").write_text("plugins: {kernel_auto: off}\n")

    assert read_configuration(None).auto == "off"


def test_the_folders_of_all_files_and_of_the_variable_count(conda, home, monkeypatch):
    (conda / ".condarc").write_text("envs_dirs: [/srv/envs]\n")
    (home / ".condarc").write_text("envs_path: [~/more]\n")
    monkeypatch.setenv("CONDA_ENVS_PATH", f"/a/envs:{home}/b")

    found = map(str, read_configuration(conda).envs_folders)
    assert list(found) == ["/srv/envs", f"{home}/more", "/a/envs", f"{home}/b"]


@pytest.mark.parametrize(
    "text",
    ["{", "- a", "plugins: 3", "envs_dirs: /one", "plugins: {kernel_display_name: '{nonsense}'}", "\0"],
)
def test_what_is_no_configuration_is_passed_over(home, text):
    (home / ".condarc").write_text(text)

    assert read_configuration(None) == Configuration()


def test_patterns_of_what_is_left_out_come_from_every_file_and_the_variable(home, monkeypatch):
    (home / ".condarc").write_text("plugins:\n  kernel_exclude: [build-*, 1]\n")
    (home / ".conda").mkdir()
    (home / ".conda/condarc").write_text("plugins:\n  kernel_exclude:\n    - /tmp/*\n")
    monkeypatch.setenv("CONDA_PLUGINS_KERNEL_EXCLUDE", "old, ,x-*")

    assert sorted(read_configuration(None).exclude) == ["/tmp/*", "build-*", "old", "x-*"]


@pytest.mark.parametrize("value", ["build-*", "{a: b}", "1", ""])
def test_patterns_that_are_no_list_are_passed_over(home, value):
    (home / ".condarc").write_text(f"plugins:\n  kernel_exclude: {value}\n")

    assert read_configuration(None).exclude == ()
