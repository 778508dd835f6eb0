"""CasADi: symbolic derivatives, the C that it generates compiled by gcc -O3
-march=native and timed in C: scalar expressions (SX) where the code stays
short, else matrix ones (MX)."""
import ctypes
import hashlib
import os
import subprocess

import casadi as ca
import numpy as np

import objectives
import worker

LONGEST = 25000  # operations of straight C
PATIENCE = 30  # seconds for gcc
KEPT = os.path.join(worker.OUT, "casadi")
FACTORED = {"logdet", "gausscov", "gaussprec", "trinv", "inverse", "gp"}

TIMER = """
#include <time.h>
double numbers_batch(long count, const double **arg, double **res,
                     casadi_int *iw, double *w)
{
    struct timespec a, b;
    clock_gettime(CLOCK_MONOTONIC, &a);
    for (long i = 0; i < count; i++)
        f(arg, res, iw, w, 0);
    clock_gettime(CLOCK_MONOTONIC, &b);
    return (double)(b.tv_sec - a.tv_sec) +
           (double)(b.tv_nsec - a.tv_nsec) * 1e-9;
}
"""


def total(A):
    return ca.sum1(ca.sum2(A))


def gram_logdet(A):
    return 2 * ca.sum1(ca.log(ca.diag(ca.chol(A))))


def solve_pos(A, B):
    R = ca.chol(A)  # upper
    return ca.solve(R, ca.solve(R.T, B))


def softplus(z):
    return ca.log1p(ca.exp(-ca.fabs(z))) + ca.fmax(z, 0)


def logsumexp(z):
    top = ca.mmax(z)
    return ca.log(ca.sum1(ca.exp(z - top))) + top


def logit(X, y, w, l):
    return total(softplus(-y * (X @ w))) + l * ca.dot(w, w)


def both(S):
    """chol reads one half only: the gradient must be by both."""
    return (S + S.T) / 2


def gausscov(S, C):
    S = both(S)
    return (gram_logdet(S) + ca.trace(solve_pos(S, C))) / 2


def wls(x, A, s, W):
    r = x - A @ s
    return r.T @ (W @ r)


def gp(D, y, s, l):
    K = ca.exp(-D / (2 * l**2)) + s * ca.DM.eye(D.shape[0])
    return (y.T @ solve_pos(K, y) + gram_logdet(K)) / 2


def mix(X, M, w):
    Z = X @ M.T + ca.repmat((w - ca.sum2(M**2) / 2).T, X.shape[0], 1)
    top = Z[:, 0]
    for j in range(1, Z.shape[1]):
        top = ca.fmax(top, Z[:, j])
    rows = ca.log(ca.sum2(ca.exp(Z - ca.repmat(top, 1, Z.shape[1])))) + top
    return total(rows) - total(X**2) / 2


OBJECTIVES = {
    "quad": lambda A, x: x.T @ A @ x,
    "logit": logit,
    "lse": lambda A, x, b: logsumexp(A @ x + b),
    "fact": lambda X, U, V: total((X - U @ V.T) ** 2),
    "logdet": lambda X, A: gram_logdet(X.T @ A @ X),
    "gausscov": gausscov,
    "gaussprec": lambda P, C: (total(P * C) - gram_logdet(both(P))) / 2,
    "trinv": lambda X, C, B: ca.trace(solve_pos(X.T @ C @ X, X.T @ B @ X)),
    "trace": lambda A, X, B, C: total((C @ A @ X @ B) * X),
    "inverse": lambda a, X, b: a.T @ ca.solve(X, b),
    "wls": wls,
    "net": lambda W1, W2, W3, X, Y: total(
        (W3 @ ca.tanh(W2 @ ca.tanh(W1 @ X)) - Y) ** 2),
    "gp": gp,
    "mix": mix,
}


def function(task, kind):
    """The cell as a CasADi function of its inputs, over SX or MX."""
    op = task.op
    names = list(task.data)
    symbols = {k: kind.sym(k, *column(v).shape)
               for k, v in task.data.items()}
    inputs = [symbols[k] for k in names if not (
        k == "v" and task.problem.name == "logit")]
    f = OBJECTIVES[task.problem.name](*inputs)
    x = symbols[op.by[0]]
    if op.kind == "gradient":
        outputs = [f] + [ca.gradient(f, symbols[k]) for k in op.by]
    elif op.kind == "hessian":
        outputs = [ca.hessian(f, x)[0]]
    else:
        outputs = [ca.jtimes(ca.gradient(f, x), x, symbols[op.by[1]])]
    outputs = [ca.densify(o) for o in outputs]
    return ca.Function("f", list(symbols.values()), outputs)


def choose(task):
    """Scalar code for small sizes, matrix code above; what holds a
    factorisation exists as scalar code only."""
    matrices = task.problem.name not in FACTORED
    if task.n > 10 and matrices:
        return function(task, ca.MX)
    if task.n > 32:  # do not even begin
        raise worker.Skip("its C would be too long")
    f = function(task, ca.SX)
    if f.n_instructions() > LONGEST and matrices:
        return function(task, ca.MX)
    if f.n_instructions() > LONGEST:
        raise worker.Skip(f"its C has {f.n_instructions()} operations")
    return f


def source(f):
    """The C of a function, with a loop to time it."""
    os.makedirs(KEPT, exist_ok=True)
    here = os.getcwd()
    os.chdir(KEPT)  # generate() takes a bare name
    name = f"f{os.getpid()}.c"
    try:
        f.generate(name, {"with_header": False})
        with open(name) as c:
            return c.read() + TIMER
    finally:
        os.remove(name)
        os.chdir(here)


def library(f):
    """Compiled once: kept by what its text is; so is that gcc took long."""
    text = source(f)
    path = os.path.join(KEPT, hashlib.sha256(text.encode()).hexdigest()[:16])
    if not os.path.exists(path + ".so"):
        if os.path.exists(path + ".long"):
            raise worker.Skip(f"gcc takes over {PATIENCE} s for its C")
        with open(path + ".c", "w") as c:
            c.write(text)
        compile_to(path)
    found = ctypes.CDLL(path + ".so")
    found.numbers_batch.restype = ctypes.c_double
    found.numbers_batch.argtypes = [ctypes.c_long] + 4 * [ctypes.c_void_p]
    return found


def compile_to(path):
    gcc = subprocess.Popen(["timeout", str(PATIENCE), "gcc", "-O3",
                            "-march=native", "-w", "-shared", "-fPIC", "-o",
                            path + ".part", path + ".c", "-lm"])
    if gcc.wait() != 0:
        open(path + ".long", "w").close()
        raise worker.Skip(f"gcc takes over {PATIENCE} s for its C")
    os.rename(path + ".part", path + ".so")


def column(v):
    return np.asfortranarray(v if np.ndim(v) == 2 else np.reshape(v, (-1, 1)))


class Compiled(worker.Call):
    def __init__(self, task, f):
        self.library = library(f)
        self.keep = [column(v) for v in task.data.values()]
        self.out = [np.zeros(f.size_out(i), order="F")
                    for i in range(f.n_out())]
        pointers = ctypes.POINTER(ctypes.c_double)

        def table(arrays, size):
            t = (pointers * max(size, len(arrays)))()
            for i, a in enumerate(arrays):
                t[i] = a.ctypes.data_as(pointers)
            return t

        sizes = f.sz_arg(), f.sz_res(), f.sz_iw(), f.sz_w()
        self.arguments = (table(self.keep, sizes[0]),
                          table(self.out, sizes[1]),
                          (ctypes.c_longlong * (sizes[2] + 1))(),
                          (ctypes.c_double * (sizes[3] + 1))())

    def batch(self, count):
        return self.library.numbers_batch(count, *self.arguments)

    def run(self):
        self.batch(1)
        return self.out


def build(task):
    if task.op.kind == "value":
        raise worker.Skip("no BLAS in its C")
    if task.op.kind == "hessian" and task.n > 100:
        raise worker.Skip("its matrix code for Hessians would not end")
    return Compiled(task, choose(task))


if __name__ == "__main__":
    worker.serve(build, f"CasADi {ca.__version__}, no BLAS: plain loops")
