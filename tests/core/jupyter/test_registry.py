from conda_jupyter_plugin.core.jupyter.inventory import Inventory
from conda_jupyter_plugin.core.jupyter.locations import Location, system_location, user_location

from ...support import python_spec, write_spec


def names(items):
    return sorted(item.name for item in items)


def test_an_inventory_finds_kernels_by_name_whatever_its_case_and_by_owner(opencv):
    write_spec(user_location().kernels / "Mine", python_spec())
    inventory = Inventory(user_location())

    assert names(inventory) == ["mine", "opencv"]
    assert inventory.get("MINE") is inventory.get("mine") is not None
    assert names(inventory.owned_by(opencv.prefix)) == ["opencv"]
    assert inventory.owned_by(opencv.prefix.parent) == ()


def test_what_is_forgotten_is_found_neither_way(opencv):
    inventory = Inventory(user_location())

    inventory.discard("OpenCV")
    inventory.discard("nothing")

    assert (names(inventory), inventory.owned_by(opencv.prefix)) == ([], ())


def test_what_is_put_takes_the_place_of_one_of_its_name(opencv, tmp_path):
    inventory = Inventory(user_location())
    write_spec(tmp_path / "kernels" / "OPENCV", python_spec())
    (other,) = Inventory(Location(tmp_path))

    inventory.put(other)

    assert (list(inventory), inventory.owned_by(opencv.prefix)) == ([other], ())


def test_a_registry_reads_its_location_once_until_it_is_opened_anew(open_registry, opencv):
    registry = open_registry()
    assert names(registry.inventory) == ["opencv"]
    write_spec(user_location().kernels / "mine", python_spec())

    assert names(registry.inventory) == ["opencv"]
    assert names(registry.at(registry.location).inventory) == ["mine", "opencv"]


def test_everywhere_is_each_location_once_the_one_to_write_to_first(open_registry):
    registry = open_registry(location=system_location())

    assert [one.location for one in registry.everywhere()] == [system_location(), user_location()]
    assert registry.others == (user_location(),)
