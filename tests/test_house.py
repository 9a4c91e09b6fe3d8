"""The shape of the package: which room imports which, how long files are, where their tests are."""

import ast
import functools
import pathlib

import pytest

REPOSITORY = pathlib.Path(__file__).parents[1]
ZOO = REPOSITORY / "zoo"
ORDER = (  # lowest first; a room imports from its own floor and from those below it
    {"errors"},
    {"json_fields", "backend", "printable", "frames"},
    {"files"},
    {"registry", "layers", "seq2seq", "loss"},
    {"models", "catalog", "data", "decoding", "inspection"},
    {"evaluation"},
    {"text", "baselines"},
    {"pretrained", "runs", "serving"},
    {"training", "export"},
    {"loading", "cli"},
)
FLOOR = {room: floor for floor, rooms in enumerate(ORDER) for room in rooms}
NARROW = {  # rooms that know even less than their floor allows
    "layers": {"errors", "files", "backend"},
    "data": {"errors", "json_fields", "files", "backend", "printable", "frames", "registry"},
    "decoding": {"errors", "files", "backend", "frames", "seq2seq", "layers"},
}
LONGEST_FILE = 250


def modules(folder=ZOO):
    """The Python files of a folder."""
    return sorted(folder.rglob("*.py"))


@functools.cache
def imported(path):
    """Dotted names that a file imports, inside functions too."""
    names = set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    hints = {  # imports for type hints alone never run
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if node in hints:
            continue
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path} has a relative import, which is harder to search for"
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def room(path):
    """The top-level module or folder of the zoo that a file belongs to."""
    return path.relative_to(ZOO).parts[0].removesuffix(".py")


@functools.cache
def arrows():
    """The rooms that each room imports from, as a dict of room to {room: a file that does it}."""
    found = {name: {} for name in FLOOR}
    for path in modules():
        for name in imported(path):
            parts = name.split(".")
            if parts[0] == "zoo" and len(parts) > 1 and parts[1] in FLOOR:
                if parts[1] != room(path) and room(path) in FLOOR:
                    found[room(path)][parts[1]] = str(path.relative_to(REPOSITORY))
    return found


def test_every_room_has_a_floor():
    rooms = {room(path) for path in modules()} - {"__init__", "__main__"}
    assert rooms == set(FLOOR)


def test_no_import_goes_up():
    up = [
        f"{file} imports zoo.{target}"
        for source, targets in arrows().items()
        for target, file in targets.items()
        if FLOOR[target] > FLOOR[source]
    ]
    assert up == []


@pytest.mark.parametrize("name", NARROW)
def test_a_room_knows_only_what_it_needs(name):
    assert set(arrows()[name]) <= NARROW[name], arrows()[name]


def test_no_circle_and_at_most_nine_floors():
    def height(name, above=()):
        assert name not in above, f"circle: {' -> '.join([*above, name])}"
        return 1 + max((height(lower, (*above, name)) for lower in arrows()[name]), default=0)

    assert max(map(height, arrows())) <= 9


@pytest.mark.parametrize("forbidden", ["benchmarks", "tests", "docs"])
def test_the_zoo_imports_only_itself(forbidden):
    for path in modules():
        assert not [n for n in imported(path) if n.split(".")[0] == forbidden], path


def test_only_the_command_line_imports_the_command_line():
    outside = [*modules(), *modules(REPOSITORY / "benchmarks"), *modules(REPOSITORY / "docs")]
    for path in outside:
        if ZOO / "cli" not in path.parents and path != ZOO / "__main__.py":
            assert not [n for n in imported(path) if n.startswith("zoo.cli")], path


def test_files_are_short():
    lines = {
        str(path.relative_to(REPOSITORY)): len(path.read_text(encoding="utf-8").splitlines())
        for path in [*modules(), *modules(REPOSITORY / "tests")]
    }
    long = {name: count for name, count in lines.items() if count > LONGEST_FILE}
    assert not long, long


def test_every_module_has_a_test_that_bears_its_name():
    missing = []
    for path in modules():
        if path.name not in ("__init__.py", "__main__.py"):
            inside = path.relative_to(ZOO)
            test = REPOSITORY / "tests" / inside.parent / f"test_{inside.name}"
            if not test.is_file():
                missing.append(str(test.relative_to(REPOSITORY)))
    assert missing == []
