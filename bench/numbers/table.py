"""The table of problems and the inputs, as table.c has them."""
import math
import re
from dataclasses import dataclass, field

import numpy as np


@dataclass
class Op:
    id: str
    kind: str
    by: list
    flops: str


@dataclass
class Problem:
    name: str
    title: str
    declare: str = ""
    full: int = 0
    sizes: dict = field(default_factory=dict)
    inputs: list = field(default_factory=list)  # (name, kind, rows, cols)
    ops: list = field(default_factory=list)
    outputs: list = field(default_factory=list)  # (name, rows, cols)

    def number(self, text, n):
        names = {"n": n, "max": max}
        for name, value in self.sizes.items():
            names[name] = self.size(value, n, names)
        return eval(text.replace("^", "**"), {"__builtins__": {}}, names)

    @staticmethod
    def size(text, n, names):
        return math.floor(eval(text.replace("^", "**"), {"__builtins__": {}},
                               {"n": n, "max": max}))

    def dim(self, text, n):
        return max(1, math.floor(self.number(text, n)))


def read(path):
    problems = {}
    p = None
    for line in open(path):
        line = line.rstrip("\n")
        if not line or line.startswith("#"):
            continue
        head = re.match(r"\[(\w+)\] (.*)", line)
        if head:
            p = problems[head[1]] = Problem(head[1], head[2])
            continue
        key, rest = line.split(" ", 1)
        if key == "size":
            name, text = rest.split(" ")
            p.sizes[name] = text
        elif key == "input":
            p.inputs.append(rest.split(" "))
        elif key == "op":
            id, kind, by, flops = rest.split(" ")
            p.ops.append(Op(id, kind, [] if by == "-" else by.split(","),
                            flops))
        elif key == "value" and " = " in rest:
            p.outputs.append(rest.split(" = ")[0].split(" "))
        elif key == "full":
            p.full = int(rest)
        elif key == "declare":
            p.declare = rest
    return problems


# ---------------------------------------------------------------- drawing

def _mix(z):
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def _seed(text):
    h = 0xCBF29CE484222325
    for c in text.encode():
        h = ((h ^ c) * 0x100000001B3) % 2**64
    return np.uint64(h)


def _uniform(seed, i):
    with np.errstate(over="ignore"):
        z = _mix(seed + (i + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15))
    return ((z >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53


def _normal(seed, i):
    two = np.uint64(2)
    r = np.sqrt(-2 * np.log(_uniform(seed, two * i)))
    return r * np.cos(6.283185307179586
                      * _uniform(seed, two * i + np.uint64(1)))


def draw(kind, seed, rows, cols):
    """A matrix, stored by columns; the kinds are told in table.c."""
    k = np.arange(rows * cols, dtype=np.uint64).reshape(rows, cols, order="F")
    eye = np.eye(rows, cols)
    scale = 1 / math.sqrt(max(rows, cols))
    if kind == "positive":
        a = 0.5 + _uniform(seed, k)
    elif kind == "count":
        a = np.full((rows, cols), 3.0)
    elif kind == "signs":
        a = np.where(_uniform(seed, k) < 0.5, -1.0, 1.0)
    elif kind == "diagonal":
        a = eye * (0.5 + _uniform(seed, k))
    elif kind == "distances":
        x = _normal(seed, np.arange(rows, dtype=np.uint64))
        a = (x[:, None] - x[None, :]) ** 2
    else:
        g = _normal(seed, k)
        a = {"normal": lambda: scale * g,
             "invertible": lambda: scale * g + 2 * eye,
             "symmetric": lambda: scale * (g + g.T) / 2,
             "spd": lambda: scale * (g + g.T) + 4 * eye,
             "lower": lambda: np.tril(scale * g + 2 * eye),
             "upper": lambda: np.triu(scale * g + 2 * eye)}[kind]()
    return np.asfortranarray(a)


class Task:
    """A cell: its inputs by name (vectors of one axis, scalars of none) and
    the shapes of its outputs."""

    def __init__(self, problem, op, n):
        self.problem, self.op, self.n = problem, op, n
        self.flops = problem.number(op.flops, n)
        self.data = {}
        for name, kind, rows, cols in problem.inputs:
            a = draw(kind, _seed(problem.name + name), problem.dim(rows, n),
                     problem.dim(cols, n))
            if cols == "1":
                a = a[0, 0] if rows == "1" else a[:, 0].copy()
            self.data[name] = a

    @property
    def cell(self):
        return f"{self.problem.name}/{self.op.id}"

    def flat(self, outputs):
        """How many outputs there are, the entries of each, then all entries,
        by columns; a Hessian by a matrix has two axes a variable."""
        parts = []
        for o in outputs:
            o = np.asarray(o, dtype=np.float64)
            if o.ndim == 4:
                p, q = o.shape[:2]
                o = o.transpose(1, 0, 3, 2).reshape(p * q, p * q)
            parts.append(o.ravel(order="F"))
        sizes = [len(parts), *map(len, parts)]
        return np.concatenate([sizes, *parts])
