"""hand: results against the expression as it stands in cases.txt in NumPy,
and against differences of that."""
import numpy as np
import scipy.linalg
import scipy.special

from cases import close, flat, is_complex, number_array


def by_hand(case, values):
    names = dict(values)
    names.update({a: values[n] for a, n in case.alias.items()})
    return number_array(eval(case.numpy, dict(names, np=np, scipy=scipy)))


def slope(case, by, direction, order):
    h = 1e-4 if order == 1 else 1e-3
    f = [by_hand(case, dict(case.values, **{
        by: case.values[by] + k * h * direction})) for k in (-2, -1, 0, 1, 2)]
    if order == 1:
        return (f[0] - 8 * f[1] + 8 * f[3] - f[4]) / (12 * h)
    return (-f[0] + 16 * f[1] - 30 * f[2] + 16 * f[3] - f[4]) / (12 * h * h)


def direction_of(case, by, rng):
    u = rng.standard_normal(np.shape(case.values[by]))
    what = case.declared[by]
    if is_complex(what):
        u = u + 1j * rng.standard_normal(np.shape(u))
        return u + u.conj().T if 'hermitian' in what else u
    return u + u.T if 'symmetric' in what or 'posdef' in what else u


def along(result, u, scalar, count):
    """A derivative, times a direction."""
    if np.ndim(u) == 0:
        return flat(result) * u
    if scalar:
        return flat(np.vdot(flat(result), flat(u)))
    return np.reshape(result, (count, -1)) @ flat(u)


def along_complex(result, u, what, real):
    """Wirtinger's derivative, times a direction."""
    if 'hermitian' in what:
        return flat(np.vdot(flat(result), flat(u)).real)
    x = flat(np.sum(flat(result) * flat(u)))
    return 2 * x.real if real else x


def check_by_hand(case, check, rng):
    scalar = by_hand(case, case.values).ndim == 0
    results = list(case.results)
    if 'value' in case.want:
        check(close(flat(results.pop(0)), flat(by_hand(case, case.values)),
                    1e-10),
              '%s: the value' % case.name)
    for by in case.by if 'gradient' in case.want else []:
        u = direction_of(case, by, rng)
        want = slope(case, by, u, 1)
        if is_complex(case.declared[by]):
            got = along_complex(results.pop(0), u, case.declared[by],
                                not np.iscomplexobj(want))
        else:
            got = along(results.pop(0), u, scalar, want.size)
        check(close(flat(got), flat(want), 1e-6),
              '%s: the gradient by %s' % (case.name, by))
    if 'hessian' in case.want:
        u = direction_of(case, case.by[0], rng)
        check(close(flat(u) @ results.pop(0) @ flat(u),
                    slope(case, case.by[0], u, 2), 1e-5),
              '%s: the Hessian' % case.name)
    if 'hessvec' in case.want:
        u = case.values['d' + case.by[0]]
        check(close(np.vdot(flat(results.pop(0)), flat(u)),
                    slope(case, case.by[0], u, 2), 1e-5),
              '%s: the Hessian times a vector' % case.name)
