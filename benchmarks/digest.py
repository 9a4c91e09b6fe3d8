"""The digest that shows whether a benchmark row was measured with the current code."""

import ast
import functools
import hashlib
import pathlib

ZOO = pathlib.Path(__file__).parent.parent / "zoo"
SCORING = (  # the parts of the zoo that can change a score: modules and folders
    "backend",
    "data",
    "decoding",
    "evaluation",
    "layers",
    "loss",
    "models",
    "registry",
    "runs/recipe",
    "seq2seq",
    "training",
)


class _Plain(ast.NodeTransformer):
    """Drops docstrings and the type hints of functions."""

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

    visit_Module = visit_ClassDef = _without_docstring
    visit_FunctionDef = visit_AsyncFunctionDef = _plain_function


def plain_code(path):
    """The code of a Python file without comments, docstrings, formatting and type hints."""
    return ast.unparse(_Plain().visit(ast.parse(path.read_text(encoding="utf-8"))))


def files(part):
    """The files of a folder, or of the module that has this path without its ".py"."""
    return sorted(part.rglob("*.py")) if part.is_dir() else [part.with_suffix(".py")]


@functools.cache
def code_digest(zoo=ZOO, without=frozenset()):
    """Digest of the code that can change a score: 16 hexadecimal digits.

    A change to a comment, a docstring, the command line or a report leaves it as it is.

    Args:
        zoo: the package's folder.
        without: paths inside it that the score does not depend on; see `others`.
    """
    digest = hashlib.sha256()
    for part in SCORING:
        for file in files(zoo / part):
            path = file.relative_to(zoo).as_posix()
            if path not in without:
                digest.update(f"{path}\n{plain_code(file)}\n".encode())
    return digest.hexdigest()[:16]


def others(declaring, used, zoo=ZOO):
    """The files of models or tasks that one of them does not need: frozenset of paths.

    Args:
        declaring: dotted names of the modules that declare a model or a task.
        used: those that declare the ones in question. What they import is needed, too.
        zoo: the package's folder.
    """
    needed, waiting = set(), list(used)
    while waiting:
        module = waiting.pop()
        if module in declaring and module not in needed:
            needed.add(module)
            waiting += imported(zoo.parent / f"{module.replace('.', '/')}.py")
    return frozenset(
        f"{module.partition('.')[2].replace('.', '/')}.py" for module in set(declaring) - needed
    )


def imported(path):
    """Dotted names of the modules that a file imports from."""
    tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return [node.module for node in tree if isinstance(node, ast.ImportFrom)]
