"""PyTorch: automatic derivatives by torch.func, compiled where that works and
is faster, else eager; double precision, on the CPU."""
import os
import time

import torch

import objectives
import worker

torch.set_default_dtype(torch.float64)
torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))


class XP:
    exp, tanh, sum, eye = torch.exp, torch.tanh, torch.sum, torch.eye
    diag, trace, inv = torch.diag, torch.trace, torch.linalg.inv
    softplus = torch.nn.functional.softplus
    logsumexp = torch.logsumexp

    @staticmethod
    def logdet(A):
        return 2 * torch.sum(torch.log(torch.diag(torch.linalg.cholesky(A))))

    @staticmethod
    def solve(A, B):
        return torch.linalg.solve(A, B)

    @staticmethod
    def solve_pos(A, B):
        L = torch.linalg.cholesky(A)
        if B.ndim == 1:
            return torch.cholesky_solve(B[:, None], L)[:, 0]
        return torch.cholesky_solve(B, L)

    @staticmethod
    def solve_lower(A, B, transposed=False):
        return torch.linalg.solve_triangular(A.T if transposed else A, B,
                                             upper=transposed)


def derived(task, data):
    """A function of no arguments but the tensors it closes over."""
    f = getattr(objectives, task.problem.name)
    op = task.op
    direction = data.pop("v", None) if task.problem.name == "logit" else None
    if op.kind == "value":
        return lambda: f(XP, **data)
    by = [k for k in op.by if k in data]

    def scalar(*x):
        return f(XP, **{**data, **dict(zip(by, x))})

    at = tuple(data[k] for k in by)
    if op.kind == "gradient":
        g = torch.func.grad_and_value(scalar, tuple(range(len(at))))

        def run():
            gradients, value = g(*at)
            return (value, *gradients)
        return run
    if op.kind == "hessian":
        h = torch.func.hessian(scalar)
        return lambda: h(*at)
    gradient = torch.func.grad(scalar)
    return lambda: torch.func.jvp(gradient, at, (direction,))[1]


def seconds(run):
    run()
    best = 1e9
    for _ in range(5):
        start = time.perf_counter()
        run()
        best = min(best, time.perf_counter() - start)
    return best


def build(task):
    if task.op.kind == "hessian" and task.problem.name == "fact" \
            and task.n > 200:
        raise worker.Skip("too large")
    data = {k: torch.as_tensor(v.copy(order="C") if hasattr(v, "copy") else v)
            for k, v in task.data.items()}
    eager = derived(task, data)
    run = eager
    if task.op.kind in os.environ.get("NUMBERS_COMPILE", "").split(","):
        try:
            compiled = torch.compile(eager)
            if seconds(compiled) < seconds(eager):
                run = compiled
        except Exception:
            pass  # what it cannot compile runs eagerly

    def call():
        out = run()
        return out if isinstance(out, tuple) else (out,)

    return worker.Call(call)


if __name__ == "__main__":
    config = " ".join(torch.__config__.show().split())
    blas = "MKL" if torch.backends.mkl.is_available() else "BLAS"
    at = config.find("BLAS_INFO=")
    worker.serve(build, f"PyTorch {torch.__version__}, {blas} "
                        + (config[at:at + 14] if at >= 0 else ""))
