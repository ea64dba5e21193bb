"""Formulas of a case: arithmetic over inputs and numbers with units.

A formula is cut into tokens, numbers are joined with the units behind them, and what is left is
read by Python's own ``ast`` and copied into four node types, so nothing but + - * / and small
integer powers can ever run. Dimensions are checked once; evaluation then works on float64 arrays
in canonical units, whatever their shape.
"""

import ast
import difflib
import keyword
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from handprint.core.arrays import Array
from handprint.core.errors import CodedError
from handprint.core.limits import as_written, in_range
from handprint.units.reader import fold, refusal, unit_end
from handprint.units.unit import DIMENSIONLESS, describe, is_unit, parse_unit

if TYPE_CHECKING:
    from handprint.units.unit import Dimension


__all__ = ["Formula", "FormulaError", "is_input_name", "parse_formula"]

MAX_LENGTH = 1000
MAX_DEPTH = 30
MAX_EXPONENT = 4

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<name>[^\W\d]\w*|[%‰])"
    r"|(?P<op>\*\*|[-+*/()^·×]))"
)
_PLACEHOLDER = "__"  # no name of an input or a unit begins like this
_INPUT_NAME = re.compile(r"[^\W\d_]\w{0,59}\Z")


class FormulaError(CodedError):
    """A formula that cannot be read or whose dimensions do not fit (codes HP-Q..)."""


@dataclass(frozen=True, slots=True)
class Constant:
    """A number in canonical units."""

    value: float
    dimension: "Dimension"
    text: str


@dataclass(frozen=True, slots=True)
class Name:
    """An input."""

    name: str


@dataclass(frozen=True, slots=True)
class Operation:
    """``left op right`` for + - * /."""

    op: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Power:
    """``base ** exponent`` with a small integer exponent."""

    base: "Node"
    exponent: int


Node = Constant | Name | Operation | Power


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Formula:
    """A parsed formula.

    Parameters
    ----------
    text : str
        The formula as written, normalised.
    root : Node
    names : frozenset of str
        The inputs it uses.
    """

    text: str
    root: Node
    names: frozenset[str]

    def dimension(self, dimensions: "Mapping[str, Dimension]") -> "Dimension":
        """Return the dimension of the result, given those of the inputs.

        Raises
        ------
        FormulaError
            HP-Q06: unlike things are added or subtracted.
        """
        return _dimension(self.root, dimensions)

    def divisors(self) -> "list[Formula]":
        """Return what the formula divides by, as far as inputs are in it."""
        found = [node for node in _divisors(self.root) if _names(node)]
        return [Formula(_text(node), node, frozenset(_names(node))) for node in found]

    def evaluate(self, columns: "Mapping[str, Array]") -> "Array":
        """Return the value in canonical units; columns broadcast over (case, year, draw)."""
        return _evaluate(self.root, columns)


def is_input_name(name: str) -> bool:
    """Whether an input may carry this name: a plain word that is not a unit.

    Formulas are folded before they are read, so a name that folding changes could never be met.
    """
    if not _INPUT_NAME.match(name) or unicodedata.normalize("NFKC", name) != name:
        return False
    return not keyword.iskeyword(name) and not is_unit(name)


def parse_formula(text: str, inputs: "Mapping[str, object] | frozenset[str]") -> Formula:
    """Read a formula over the named inputs.

    Raises
    ------
    FormulaError
        HP-Q01 cannot be read; HP-Q02 construct not allowed; HP-Q03 unknown name; HP-Q04 a unit
        without a number; HP-Q05 power too large.
    UnitError
        The unit behind a number cannot be read; HP-U01 also a number out of range.
    """
    return _parsed(text, frozenset(inputs))


@lru_cache(maxsize=512)  # the scenario table binds a case many times
def _parsed(text: str, inputs: frozenset[str]) -> Formula:
    # folding brings 5² to 5^2 (plain NFKC would make it 52) and a typographic minus to a hyphen
    normal = fold(text) if len(text) <= MAX_LENGTH else text
    if not normal or len(normal) > MAX_LENGTH:
        raise FormulaError("HP-Q01", "length", text=normal[:60], limit=MAX_LENGTH)
    source, constants = _join_units(normal, inputs)
    try:
        tree = ast.parse(source, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise FormulaError("HP-Q01", text=normal) from None
    root = _convert(tree, constants, inputs, normal)
    return Formula(normal, root, frozenset(_names(root)))


def _tokens(text: str, inputs: frozenset[str]) -> Iterator[_Token]:
    """Yield the tokens of a formula; a number goes together with the unit behind it."""
    position = depth = signs = 0
    before = ("", "")
    while text[position:].strip():
        match = _TOKEN.match(text, position)
        if match is None:
            raise FormulaError("HP-Q02", "character", text=text, found=text[position:].strip()[:1])
        kind = str(match.lastgroup)
        found, (start, end) = match.group(kind), match.span(kind)
        if found.startswith(_PLACEHOLDER):
            raise FormulaError("HP-Q02", "character", text=text, found="_")
        if kind == "number" and not _ends_with_power(before):
            kind, end = "constant", unit_end(text, end, inputs)
        yield _Token(kind, found, start, end)
        depth += {"(": 1, ")": -1}.get(found, 0)
        signs = signs + 1 if found in "+-" else 0
        if max(depth, signs) > MAX_DEPTH:
            raise FormulaError("HP-Q01", "depth", text=text, limit=MAX_DEPTH)
        before, position = (before[1], found), end


def _ends_with_power(tokens: tuple[str, str]) -> bool:
    """Whether a number behind these tokens is an exponent; its sign may stand between."""
    before, last = tokens
    return (before if last and last in "+-" else last) in ("**", "^")


def _join_units(text: str, inputs: frozenset[str]) -> tuple[str, dict[str, Constant]]:
    """Return Python source in which every number with its unit is a placeholder name."""
    parts: list[str] = []
    constants: dict[str, Constant] = {}
    for token in _tokens(text, inputs):
        if token.kind == "constant":
            name = f"{_PLACEHOLDER}{len(constants)}"
            constants[name] = _constant(text, token)
            parts.append(name)
        else:
            parts.append({"^": "**", "·": "*", "×": "*"}.get(token.text, token.text))
    return " ".join(parts), constants


def _constant(text: str, token: _Token) -> Constant:
    number = as_written(token.text.replace("_", ""))
    shown = text[token.start : token.end]
    if not in_range(number):
        raise refusal("range", shown)
    unit_text = text[token.start + len(token.text) : token.end].lstrip("*·× ")
    if not unit_text:
        return Constant(number, DIMENSIONLESS, shown)
    unit = parse_unit("1" + unit_text if unit_text.startswith("/") else unit_text)
    return Constant(number * unit.scale, unit.dimension, shown)


_OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
}


def _convert(
    tree: ast.expr, constants: Mapping[str, Constant], inputs: frozenset[str], text: str
) -> Node:
    if isinstance(tree, ast.Name):
        return constants.get(tree.id) or Name(_known(tree.id, inputs, text))
    if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.USub | ast.UAdd):
        operand = _convert(tree.operand, constants, inputs, text)
        if isinstance(tree.op, ast.UAdd):
            return operand
        return Operation("*", Constant(-1.0, DIMENSIONLESS, "-"), operand)
    if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Pow):
        return Power(_convert(tree.left, constants, inputs, text), _exponent(tree.right, text))
    if isinstance(tree, ast.BinOp) and type(tree.op) in _OPERATORS:
        return Operation(
            _OPERATORS[type(tree.op)],
            _convert(tree.left, constants, inputs, text),
            _convert(tree.right, constants, inputs, text),
        )
    raise FormulaError("HP-Q02", text=text, found=type(tree).__name__)


def _known(name: str, inputs: frozenset[str], text: str) -> str:
    if name in inputs:
        return name
    if is_unit(name):
        raise FormulaError("HP-Q04", text=text, found=name)
    near = ", ".join(difflib.get_close_matches(name, sorted(inputs), 3)) or ", ".join(
        sorted(inputs)[:5]
    )
    raise FormulaError("HP-Q03", text=text, found=name, known=near or "-")


def _exponent(tree: ast.expr, text: str) -> int:
    sign = 1
    if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.USub):
        sign, tree = -1, tree.operand
    value = tree.value if isinstance(tree, ast.Constant) else None
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > MAX_EXPONENT:
        raise FormulaError("HP-Q05", text=text, limit=MAX_EXPONENT)
    return sign * value


def _names(node: Node) -> set[str]:
    if isinstance(node, Name):
        return {node.name}
    if isinstance(node, Operation):
        return _names(node.left) | _names(node.right)
    return _names(node.base) if isinstance(node, Power) else set()


def _divisors(node: Node) -> list[Node]:
    if isinstance(node, Power):
        own = [node.base] if node.exponent < 0 else []
        return own + _divisors(node.base)
    if isinstance(node, Operation):
        own = [node.right] if node.op == "/" else []
        return own + _divisors(node.left) + _divisors(node.right)
    return []


def _dimension(node: Node, dimensions: "Mapping[str, Dimension]") -> "Dimension":
    if isinstance(node, Constant):
        return node.dimension
    if isinstance(node, Name):
        return dimensions[node.name]
    result: Dimension
    if isinstance(node, Power):
        result = _dimension(node.base, dimensions) ** node.exponent
        return result if node.exponent else DIMENSIONLESS
    left, right = _dimension(node.left, dimensions), _dimension(node.right, dimensions)
    if node.op in "*/":
        result = left * right if node.op == "*" else left / right
        return result
    if left != right:
        raise FormulaError(
            "HP-Q06",
            left=_text(node.left),
            right=_text(node.right),
            left_dimension=describe(left),
            right_dimension=describe(right),
        )
    return left


def _text(node: Node) -> str:
    if isinstance(node, Constant):
        return node.text
    if isinstance(node, Name):
        return node.name
    if isinstance(node, Power):
        return f"{_text(node.base)}**{node.exponent}"
    return f"({_text(node.left)} {node.op} {_text(node.right)})"


def _evaluate(node: Node, columns: "Mapping[str, Array]") -> "Array":
    import numpy as np

    if isinstance(node, Constant):
        return np.asarray(node.value)
    if isinstance(node, Name):
        return columns[node.name]
    if isinstance(node, Power):
        base = _evaluate(node.base, columns)
        return np.asarray(base**node.exponent if node.exponent >= 0 else 1 / base**-node.exponent)
    left, right = _evaluate(node.left, columns), _evaluate(node.right, columns)
    operate = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide}[node.op]
    return np.asarray(operate(left, right))
