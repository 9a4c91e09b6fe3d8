"""The digest that shows whether a benchmark row was measured with the current code."""

import ast
import functools
import hashlib
import pathlib

ROOT = pathlib.Path(__file__).parent.parent
SCORING = (  # the parts that can change a score: modules and folders
    "benchmarks/budget",
    "benchmarks/pretraining",
    "benchmarks/run_cell",
    "benchmarks/unfinished",
    "zoo/backend",
    "zoo/data",
    "zoo/decoding",
    "zoo/evaluation",
    "zoo/frames",
    "zoo/inspection/abstract",  # these three count operations, and so the steps of some budgets
    "zoo/inspection/flops",
    "zoo/inspection/trace",
    "zoo/layers",
    "zoo/loss",
    "zoo/models",
    "zoo/registry",
    "zoo/runs/model_choice",
    "zoo/runs/recipe",
    "zoo/runs/run",
    "zoo/runs/weights",
    "zoo/seq2seq",
    "zoo/text/text_model",
    "zoo/training",
)
TASKS, MODELS = "zoo/data/tasks", "zoo/models"  # a row depends on one of each
CARDS = ("register_model", "register_task")
# Parts of a card that cannot change a row: what readers are told, and what the name of a family
# stands for, since suites name sizes.
ON_CARDS = ("title", "source", "licence", "published", "paper", "expect", "families")


class _Plain(ast.NodeTransformer):
    """Drops docstrings, the type hints of functions, and parts of cards that change no row."""

    def _without_docstring(self, node):
        self.generic_visit(node)
        if ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:] or [ast.Pass()]
        return node

    def _plain_function(self, node):
        node.returns = None
        return self._without_docstring(node)

    def visit_arg(self, node):
        node.annotation = None
        return node

    def visit_Call(self, node):
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id in CARDS:
            node.keywords = [word for word in node.keywords if word.arg not in ON_CARDS]
        return node

    visit_Module = visit_ClassDef = _without_docstring
    visit_FunctionDef = visit_AsyncFunctionDef = _plain_function


def plain_code(path):
    """The code of a Python file without what cannot change a score.

    Comments, docstrings, formatting, the type hints of functions, and what cards only tell their
    readers are left out.
    """
    return _plain(path.read_text(encoding="utf-8"))


@functools.cache
def _plain(text):
    """`plain_code` of a text, parsed once for all the digests that it is a part of."""
    return ast.unparse(_Plain().visit(ast.parse(text)))


def files(part):
    """The files of a folder, or of the module that has this path without its ".py"."""
    return sorted(part.rglob("*.py")) if part.is_dir() else [part.with_suffix(".py")]


def own_files(folder, module, root=ROOT):
    """The files of a task or a model of the zoo, and those of the same folder that it imports.

    Args:
        folder: str, `TASKS` or `MODELS`.
        module: name of its module, without the package.
        root: path of the repository.
    """
    package, found, waiting = f"{folder.replace('/', '.')}.", set(), [module]
    while waiting:
        file = root / folder / f"{waiting.pop()}.py"
        if file in found or not file.is_file():
            continue
        found.add(file)
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module.startswith(package):
                waiting.append(node.module.removeprefix(package))
    return found


@functools.cache
def code_digest(tasks=(), models=(), root=ROOT):
    """Digest of the code that can change a score: 16 hexadecimal digits.

    A change to a comment, a docstring, the command line or a report leaves it as it is, and so does
    one to another task or to another family of models.

    Args:
        tasks, models: tuples of names of the tasks' and the models' modules; empty ones take the
            code of all.
        root: path of the repository.
    """
    digest = hashlib.sha256()
    own = {
        root / folder: set().union(*(own_files(folder, module, root) for module in modules))
        for folder, modules in ((TASKS, tasks), (MODELS, models))
        if modules
    }
    for part in SCORING:
        for file in files(root / part):
            if file in own.get(file.parent, [file]):
                place = file.relative_to(root).as_posix()
                digest.update(f"{place}\n{plain_code(file)}\n".encode())
    return digest.hexdigest()[:16]
