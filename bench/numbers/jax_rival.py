"""JAX: automatic derivatives, compiled, double precision, on the CPU."""
import jax
import jax.numpy as jnp
import jax.scipy as jsp
import numpy as np

import objectives
import worker

jax.config.update("jax_enable_x64", True)


class XP:
    exp, tanh, sum, eye, diag = jnp.exp, jnp.tanh, jnp.sum, jnp.eye, jnp.diag
    trace, solve, inv = jnp.trace, jnp.linalg.solve, jnp.linalg.inv
    softplus, logsumexp = jax.nn.softplus, jsp.special.logsumexp

    @staticmethod
    def logdet(A):
        return 2 * jnp.sum(jnp.log(jnp.diag(jnp.linalg.cholesky(A))))

    @staticmethod
    def solve_pos(A, B):
        # jnp's cholesky, unlike cho_factor, is derived by both halves.
        return jsp.linalg.cho_solve((jnp.linalg.cholesky(A), True), B)

    @staticmethod
    def solve_lower(A, B, transposed=False):
        return jsp.linalg.solve_triangular(A, B, lower=True,
                                           trans=1 if transposed else 0)


def derived(task):
    """The function of all inputs that the cell asks for."""
    f = getattr(objectives, task.problem.name)
    op = task.op
    rest = dict(task.data)
    direction = rest.pop("v", None) if task.problem.name == "logit" else None

    def scalar(chosen, others):
        return f(XP, **{**others, **chosen})

    if op.kind == "value":
        return lambda d: f(XP, **d), (rest,)
    chosen = {k: rest.pop(k) for k in op.by if k in rest}
    if op.kind == "gradient":
        g = jax.value_and_grad(scalar)
        def run(c, o):
            value, by = g(c, o)
            return (value, *[by[k] for k in op.by])
        return run, (chosen, rest)
    name = op.by[0]

    def single(x, o):
        return scalar({name: x}, o)

    if op.kind == "hessian":
        return jax.hessian(single), (chosen[name], rest)
    gradient = jax.grad(single)
    return (lambda x, o, v: jax.jvp(lambda z: gradient(z, o), (x,), (v,))[1],
            (chosen[name], rest, direction))


def build(task):
    if task.op.kind == "hessian" and 8 * task.n**3 * 8 > 2e10:
        raise worker.Skip("too large")
    run, arguments = derived(task)
    arguments = jax.tree.map(jnp.asarray, arguments)
    compiled = jax.jit(run).lower(*arguments).compile()

    def call():
        out = jax.block_until_ready(compiled(*arguments))
        return out if isinstance(out, tuple) else (out,)

    return worker.Call(call)


if __name__ == "__main__":
    worker.serve(build, f"JAX {jax.__version__}, its own kernels and LAPACK "
                        f"from SciPy; NumPy {np.__version__}")
