"""Small mechanical mutants of a function: an operator, a constant, a comparison, a dropped call.

Only code that a valid input can reach is mutated: statements that raise, the conditions that
guard them, private checks of arguments, annotations and docstrings are left alone.
"""

import ast
import contextlib
import copy
import inspect
import sys
import textwrap
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

OPERATORS = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Pow: ast.Mult,
    ast.MatMult: ast.Mult,
    ast.FloorDiv: ast.Mult,
}
COMPARISONS = {
    ast.Lt: (ast.Gt, ast.LtE),
    ast.LtE: (ast.Gt, ast.Lt),
    ast.Gt: (ast.Lt, ast.GtE),
    ast.GtE: (ast.Lt, ast.Gt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
}
ENOUGH = 4  # a function with fewer places to slip in is looked into more deeply
LIBRARIES = ("np", "math", "torch", "F", "np.linalg", "linalg", "nn")
NAMES = (
    "abs all any argsort clamp clip conj cumsum det detach diff exp eye flatten inv log log1p "
    "logsigmoid max maximum mean min minimum norm outer prod relu sigmoid softplus solve sort "
    "sqrt sqrtm square sum trace transpose unique"
)
DROPPED = set(NAMES.split())


@dataclass(frozen=True)
class Mutant:
    """One changed function.

    Attributes
    ----------
    label : str
        What was changed: ``"divergences.entropy: a + b → a - b"``, numbered if repeated.
    answer : callable
        An answer to the exercise, with the change in it.
    """

    label: str
    answer: Callable


def mutants(reference: Callable) -> list[Mutant]:
    """Mutants of `reference`; where it mostly delegates, of what it calls in the package too."""
    found, pieces, seen = [], [reference], set()
    while pieces and len(found) < ENOUGH:
        for piece in pieces:
            seen.add(piece)
            found += _mutants_of(piece, reference)
        pieces = [callee for piece in pieces for callee in callees(piece) if callee not in seen]
    counts = Counter()
    numbered = []
    for label, answer in found:
        counts[label] += 1
        numbered.append(Mutant(label + f" #{counts[label]}" * (counts[label] > 1), answer))
    return numbered


def unchanged(reference: Callable) -> list[Callable]:
    """`reference`, taken apart and put together as for a mutant, but with nothing changed."""
    again = _tree(reference)
    again.decorator_list = []
    rebuilt = [_compile(again, reference)]
    for piece in callees(reference):
        rebuilt.append(_patched(reference, piece, _compile(_tree(piece), piece)))
    return rebuilt


def callees(function: Callable) -> list[Callable]:
    """The functions of the package that `function` calls, directly or as a module's attribute."""
    space = function.__globals__
    found = []
    for node in ast.walk(_tree(function)):
        if isinstance(node, ast.Name):
            found.append(space.get(node.id))
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found.append(getattr(space.get(node.value.id), node.attr, None))
            found += _methods(space.get(node.value.id), node.attr)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Call):
            found += _methods(space.get(getattr(node.value.func, "id", "")), node.attr)
    return [
        item
        for item in dict.fromkeys(filter(inspect.isfunction, found))
        if item.__module__.startswith("course_utils")
        and not item.__name__.startswith("_")
        and "<locals>" not in item.__qualname__
    ]


def _methods(owner: object, name: str) -> list:
    kind = owner if inspect.isclass(owner) else type(owner)
    return [vars(base)[name] for base in kind.__mro__ if name in vars(base)][:1]


def _tree(function: Callable) -> ast.FunctionDef:
    tree = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    # `@draft.reference` says what a function is for, and is no part of it
    tree.decorator_list = [d for d in tree.decorator_list if not _text(d).startswith("draft.")]
    return tree


def _mutants_of(function: Callable, reference: Callable) -> Iterator[tuple[str, Callable]]:
    tree = _tree(function)
    tree.decorator_list = [] if function is reference else tree.decorator_list
    # what a caller within the package passes anyway has no default to get wrong
    part = _whole if function is reference else _body
    where = f"{function.__module__.rpartition('.')[2]}.{function.__qualname__}"
    for site, (node, replacement) in enumerate(_changes(part(tree))):
        label = f"{where}: {_text(node)} → {_text(replacement)}"
        changed = copy.deepcopy(tree)
        old, new = next(pair for n, pair in enumerate(_changes(part(changed))) if n == site)
        changed = ast.fix_missing_locations(_Replace(old, new).visit(changed))
        mutated = _compile(changed, function)
        yield label, mutated if function is reference else _patched(reference, function, mutated)


def _whole(tree: ast.FunctionDef) -> list[ast.AST]:
    return [tree]


def _body(tree: ast.FunctionDef) -> list[ast.AST]:
    return [line for line in tree.body if not _is_guard(line)]


def _text(node: ast.AST) -> str:
    return " ".join(ast.unparse(node).split())


def _compile(tree: ast.FunctionDef, function: Callable) -> Callable:
    space = dict(function.__globals__)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some mutants look odd to the compiler
        exec(compile(ast.Module([tree], []), "<mutant>", "exec"), space)
    return space[tree.name]


def _patched(reference: Callable, function: Callable, mutated: Callable) -> Callable:
    """`reference`, with `function` replaced wherever the package holds it, while it runs."""
    spaces = [
        (module, name)
        for module in list(sys.modules.values())
        if getattr(module, "__name__", "").startswith("course_utils")
        for name, value in vars(module).items()
        if value is function
    ]
    owner = function.__qualname__.rpartition(".")[0]
    if owner:
        spaces.append((getattr(sys.modules[function.__module__], owner), function.__name__))

    def answer(*args, **kwargs):
        with contextlib.ExitStack() as stack:
            for place, name in spaces:
                stack.callback(setattr, place, name, function)
                setattr(place, name, mutated)
            return reference(*args, **kwargs)

    return answer


class _Replace(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST):
        self._old, self._new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self._new if node is self._old else super().generic_visit(node)


def _changes(parts: list[ast.AST]) -> Iterator[tuple[ast.AST, ast.AST]]:
    """Pairs of a node and what to put in its place."""
    for part in parts:
        for node in _reachable(part):
            yield from ((node, new) for new in _alternatives(node))


def _reachable(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes below `node` that valid inputs reach, and that are no annotation or docstring."""
    yield node
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "decorator_list", "type_comment"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _is_guard(child):
                yield from _reachable(child)


def _is_guard(node: ast.AST) -> bool:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True  # a docstring
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        name = getattr(node.value.func, "id", "")
        return name.startswith("_")  # a private check of the arguments
    raises = isinstance(node, ast.If) and all(isinstance(line, ast.Raise) for line in node.body)
    return isinstance(node, (ast.Raise, ast.Assert)) or (raises and not node.orelse)


def _alternatives(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, (ast.BinOp, ast.AugAssign)) and type(node.op) in OPERATORS:
        yield _with(node, op=OPERATORS[type(node.op)]())
    elif isinstance(node, ast.Compare):
        for operator in COMPARISONS.get(type(node.ops[0]), ()):
            yield _with(node, ops=[operator(), *node.ops[1:]])
    elif isinstance(node, ast.BoolOp):
        yield _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
    elif isinstance(node, ast.UnaryOp):
        yield node.operand
    elif isinstance(node, ast.Constant):
        yield from _constants(node.value)
    elif isinstance(node, ast.Call):
        yield from _without_call(node)
        yield from _swapped(node)
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield ast.Pass()
    elif isinstance(node, ast.Attribute) and node.attr == "T":
        yield node.value
    elif isinstance(node, ast.Return):
        yield from _slightly_off(node)


def _with(node: ast.AST, **fields) -> ast.AST:
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed


def _constants(value: object) -> Iterator[ast.AST]:
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif value == 1:
        yield ast.Constant(0)
    elif isinstance(value, (int, float)):
        yield ast.Constant(value + 1)


def _slightly_off(node: ast.Return) -> Iterator[ast.AST]:
    """Each returned value a thousandth too large, truth values aside."""
    values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
    for place, value in enumerate(values):
        if isinstance(value, (ast.Constant, type(None))) or _text(value).startswith(
            ("bool(", "math.inf")
        ):
            continue
        off = ast.BinOp(value, ast.Mult(), ast.Constant(1.001))
        changed = [*values[:place], off, *values[place + 1 :]]
        yield ast.Return(ast.Tuple(changed, ast.Load()) if len(values) > 1 else off)


def _swapped(node: ast.Call) -> Iterator[ast.AST]:
    """Two named arguments in each other's place."""
    names = [argument.id for argument in node.args if isinstance(argument, ast.Name)]
    if len(names) == len(node.args) == len(set(names)) == 2:
        yield _with(node, args=node.args[::-1])


def _without_call(node: ast.Call) -> Iterator[ast.AST]:
    """The argument (or the object) in place of what the call makes of it."""
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    if name not in DROPPED:
        return
    of_library = isinstance(node.func, ast.Name) or (
        isinstance(node.func, ast.Attribute) and _text(node.func.value) in LIBRARIES
    )
    if not of_library:
        yield node.func.value
    elif node.args:
        yield node.args[0]
