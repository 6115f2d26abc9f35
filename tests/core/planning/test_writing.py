import pytest

from conda_jupyter_plugin.core.errors import BrokenKernelspecError, NoKernelError
from conda_jupyter_plugin.core.jupyter.locations import Location, system_location, user_location
from conda_jupyter_plugin.core.kernelspec.survey import kernel_to_be
from conda_jupyter_plugin.core.models import Choices
from conda_jupyter_plugin.core.naming.valid_names import InvalidNameError, NameTakenError, ReservedNameError
from conda_jupyter_plugin.core.planning.writing import plan_unmade, plan_writing

from ...support import add, bash_spec, hand_made_spec, python_spec, r_spec, write_spec


def planned_names(registry, environment, choices=None, **options):
    return [
        item.rendered.name for item in plan_writing(registry, environment, choices or Choices(), **options)
    ]


def only(registry, environment, choices=None, **options):
    (item,) = plan_writing(registry, environment, choices or Choices(), **options)
    return item


def test_a_single_kernel_is_named_after_its_environment(registry, make_environment):
    assert planned_names(registry, make_environment("OpenCV")) == ["opencv"]


def test_the_only_kernel_of_an_r_environment_is_named_after_it(registry, make_environment):
    environment = make_environment("stats", kernels={"ir": r_spec()}, python=None, r="4.4")

    assert planned_names(registry, environment) == ["stats"]


def test_further_kernels_have_their_folders_name_behind(registry, make_environment):
    environment = make_environment(kernels={"python3": {}, "ir": r_spec(), "bash": bash_spec()})

    assert planned_names(registry, environment) == ["opencv", "opencv-ir", "opencv-bash"]


def test_kernels_whose_folders_are_named_alike_have_distinct_names(registry, make_environment):
    environment = make_environment(kernels={"a b": bash_spec(), "a-b": bash_spec(), "python3": {}})

    names = planned_names(registry, environment)

    assert len(set(names)) == 3


def test_a_kernel_of_another_environment_puts_the_parent_folder_in_front(
    open_registry, make_environment, tmp_path
):
    add(open_registry(), make_environment(parent=tmp_path / "envs"))

    assert planned_names(open_registry(), make_environment(parent=tmp_path / "lab")) == ["lab-opencv"]


def test_where_that_is_taken_too_a_number_goes_behind(open_registry, make_environment, tmp_path):
    for place in ("one", "two"):
        add(open_registry(), make_environment(parent=tmp_path / place / "lab"))

    environment = make_environment(parent=tmp_path / "three" / "lab")

    assert planned_names(open_registry(), environment) == ["lab-opencv-2"]


def test_a_kernel_that_is_seen_elsewhere_is_not_hidden(registry, make_environment, tmp_path):
    write_spec(system_location().kernels / "opencv", python_spec())

    assert planned_names(registry, make_environment(parent=tmp_path / "lab")) == ["lab-opencv"]


def test_an_environments_own_registration_elsewhere_is_no_other_kernel(open_registry, make_environment):
    environment = make_environment()
    add(open_registry(location=system_location()), environment)

    assert planned_names(open_registry(), environment) == ["opencv"]


def test_a_place_that_jupyter_does_not_look_at_takes_no_name(open_registry, make_environment, tmp_path):
    write_spec(tmp_path / "elsewhere" / "kernels" / "opencv", python_spec())

    assert planned_names(open_registry(), make_environment()) == ["opencv"]


@pytest.mark.parametrize("name", ["python3", "conda-dev", "ir", "0123456789abcdef" * 2])
def test_an_environment_with_a_reserved_name_gets_another_by_itself(registry, make_environment, name):
    assert planned_names(registry, make_environment(name)) != [name]


def test_a_chosen_name_is_given(registry, make_environment):
    assert planned_names(registry, make_environment(), Choices(kernel_name="cv")) == ["cv"]


def test_further_kernels_follow_the_chosen_name(registry, make_environment):
    environment = make_environment(kernels={"python3": {}, "ir": r_spec()})

    assert planned_names(registry, environment, Choices(kernel_name="cv")) == ["cv", "cv-ir"]


def test_a_chosen_display_name_is_the_first_kernels_alone(registry, make_environment):
    environment = make_environment(kernels={"python3": {}, "ir": r_spec()}, r="4.4")

    items = plan_writing(registry, environment, Choices(display_name="CV"))

    assert [item.rendered.display_name for item in items] == ["CV", "R 4.4 (opencv)"]


def test_two_kernels_of_a_language_are_shown_under_distinct_names(registry, make_environment):
    xeus = {**python_spec(), "display_name": "Python (xeus)"}
    environment = make_environment(kernels={"python3": {}, "xpython": xeus})

    items = plan_writing(registry, environment, Choices())

    assert [item.rendered.display_name for item in items] == [
        "Python 3.12 (opencv)",
        "Python (xeus) (opencv)",
    ]


def test_an_invalid_chosen_name_is_an_error(registry, make_environment):
    with pytest.raises(InvalidNameError, match="--kernel-name open-cv"):
        plan_writing(registry, make_environment(), Choices(kernel_name="Open CV"))


def test_a_reserved_chosen_name_is_an_error(registry, make_environment):
    with pytest.raises(ReservedNameError):
        plan_writing(registry, make_environment(), Choices(kernel_name="python3"))


def test_a_reserved_chosen_name_can_be_forced(registry, make_environment):
    assert planned_names(registry, make_environment(), Choices(kernel_name="ir", force=True)) == ["ir"]


def test_a_chosen_name_that_hides_a_kernel_elsewhere_is_an_error(registry, make_environment):
    write_spec(system_location().kernels / "cv", python_spec())

    with pytest.raises(ReservedNameError, match="would hide the kernel in"):
        plan_writing(registry, make_environment(), Choices(kernel_name="cv"))


def test_a_chosen_name_of_another_environment_is_an_error(open_registry, make_environment):
    add(open_registry(), make_environment("stats"))

    with pytest.raises(NameTakenError, match="belongs to the environment"):
        plan_writing(open_registry(), make_environment(), Choices(kernel_name="stats"))


def test_a_foreign_kernel_of_the_environments_name_is_an_error(registry, make_environment):
    write_spec(user_location().kernels / "opencv", python_spec("/usr/bin/python3"))

    with pytest.raises(NameTakenError, match="belongs to another tool"):
        plan_writing(registry, make_environment(), Choices())


def test_names_are_taken_whatever_their_case(registry, make_environment):
    write_spec(user_location().kernels / "OpenCV", python_spec("/usr/bin/python3"))

    with pytest.raises(NameTakenError):
        plan_writing(registry, make_environment(), Choices())


def test_force_alone_takes_no_foreign_kernels_name(registry, make_environment):
    write_spec(user_location().kernels / "opencv", python_spec("/usr/bin/python3"))

    with pytest.raises(NameTakenError):
        plan_writing(registry, make_environment(), Choices(force=True))


def test_force_with_the_name_takes_a_foreign_kernels_name(registry, make_environment):
    write_spec(user_location().kernels / "opencv", python_spec("/usr/bin/python3"))

    item = only(registry, make_environment(), Choices(kernel_name="opencv", force=True))

    assert item.rendered.name == "opencv"


def test_a_hand_made_kernel_of_the_environment_is_adopted(registry, make_environment):
    environment = make_environment()
    folder = write_spec(user_location().kernels / "opencv", hand_made_spec(environment))

    assert only(registry, environment).folder == folder


def test_a_hand_made_kernel_of_another_language_is_not_adopted(registry, make_environment):
    environment = make_environment()
    spec = {**hand_made_spec(environment), "language": "R"}
    write_spec(user_location().kernels / "opencv", spec)

    with pytest.raises(NameTakenError):
        plan_writing(registry, environment, Choices())


def test_a_broken_kernel_of_the_environments_name_is_not_adopted(registry, make_environment):
    write_spec(user_location().kernels / "opencv", "{")

    with pytest.raises(NameTakenError):
        plan_writing(registry, make_environment(), Choices())


def test_a_bare_program_tells_no_environment_wherever_the_command_runs(
    registry, make_environment, monkeypatch
):
    environment = make_environment()
    write_spec(user_location().kernels / "opencv", python_spec("python"))
    monkeypatch.chdir(environment.prefix)

    with pytest.raises(NameTakenError):
        plan_writing(registry, environment, Choices())


def test_an_adopted_kernel_keeps_the_display_name_somebody_gave_it(registry, make_environment):
    environment = make_environment()
    write_spec(user_location().kernels / "opencv", hand_made_spec(environment, "My CV"))

    assert only(registry, environment).rendered.display_name == "My CV"


def test_an_environment_without_a_kernel_is_an_error(registry, make_environment):
    with pytest.raises(NoKernelError, match=r"Environment plain holds no kernel\."):
        plan_writing(registry, make_environment("plain", kernels={}), Choices())


def test_a_broken_kernel_json_is_an_error(registry, make_environment):
    with pytest.raises(BrokenKernelspecError):
        plan_writing(registry, make_environment(kernels={"python3": "{"}), Choices())


def test_a_plan_writes_nothing(registry, make_environment, home):
    plan_writing(registry, make_environment(), Choices())

    assert list(home.iterdir()) == []


def test_the_name_of_a_kernel_to_be_is_foreseen(open_registry, make_environment, tmp_path):
    environment = make_environment(kernels={})
    foreseen = plan_unmade(open_registry(), kernel_to_be(environment, "python3", "python"), Choices())
    write_spec(environment.prefix / "share/jupyter/kernels/python3", python_spec())

    assert foreseen.folder == only(open_registry(), environment).folder


def test_the_name_of_a_kernel_to_be_can_be_taken(open_registry, make_environment):
    write_spec(user_location().kernels / "opencv", bash_spec())

    with pytest.raises(NameTakenError):
        to_be = kernel_to_be(make_environment(kernels={}), "python3", "python")
        plan_unmade(open_registry(), to_be, Choices())


def test_the_display_names_template_is_the_registrys(open_registry, make_environment):
    item = only(open_registry(templates={"conda": "{environment}: {language}"}), make_environment())

    assert item.rendered.display_name == "opencv: Python 3.12"


def test_kernels_go_to_the_registrys_location(open_registry, make_environment, tmp_path):
    location = Location(tmp_path / "lab" / "share" / "jupyter")

    item = only(open_registry(location=location), make_environment())

    assert item.folder == location.kernels / "opencv"
