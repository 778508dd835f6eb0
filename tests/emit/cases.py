"""cases: the expressions of cases.txt, data for them, and their code."""
import os
import re
import subprocess

import numpy as np

import names

HERE = os.path.dirname(os.path.abspath(__file__))
SIZES = {'n': 4, 'm': 3, 'p': 5, 'short': 3, 'goto': 4, 'i': 2, 'j': 3,
         'edge': 16, 'wide': 20, 'big': 60} # what C does by loops ends at 16
SUFFIX = {'c': 'c', 'matlab': 'm', 'julia': 'jl'}


class Case:
    """A line of the table; `values`: the data by the user's names, `results`:
    what nabla eval gives for them."""

    def __init__(self, line, alias):
        self.alias = alias # what the NumPy calls it -> the user's name
        part = [p.strip() for p in line.split(' | ')]
        self.name, self.text, self.decl, by, self.want, self.numpy = part
        self.by = [v for v in by.split(',') if v]
        self.declared = dict([s.strip() for s in one.split(':', 1)]
                             for one in self.decl.split(';'))
        words = set(re.findall(r'(?<![\d])[^\W\d]\w*', self.text))
        self.inputs = [n for n in self.declared if n in words]
        axes = re.split(r'[\[,\] ]', ','.join(self.declared[n]
                                             for n in self.inputs))
        self.sizes = [n for n in SIZES if n in words and n not in axes
                      and n not in self.declared]
        if 'hessvec' in self.want:
            self.inputs += ['d' + n for n in self.by]
        self.values, self.results = {}, []


def read_cases(only):
    with open(os.path.join(HERE, 'cases.txt')) as f:
        lines = [s.rstrip('\n') for s in f]
    cases = [Case(s.replace('|  |', '| |').replace('| |', '|  |'), {})
             for s in lines if s and s[0] != '#']
    cases += [Case(line, alias) for line, alias in names.lines()]
    return [c for c in cases if not only or c.name in only]


# --- data

def is_complex(words):
    return re.search('complex|hermitian|unitary', words) is not None


def structured(x, words, rng):
    if 'unitary' in words:
        return np.linalg.qr(x)[0]
    if 'posdef' in words:
        return x @ x.conj().T + np.eye(len(x))
    if 'hermitian' in words:
        return x + x.conj().T
    if 'symmetric' in words:
        return x + x.T
    if 'lower' in words:
        return np.tril(x) + 2 * np.eye(len(x))
    if 'upper' in words:
        return np.triu(x) + 2 * np.eye(len(x))
    if 'diagonal' in words:
        return np.diag(np.diag(x))
    if 'positive' in words:
        return np.abs(x) + 0.5
    return x


def draw(case, rng):
    for name, what in case.declared.items():
        shape = re.match(r'\[([^\]]*)\]', what)
        dims = [eval(d, {}, SIZES) for d in shape.group(1).split(',')] \
            if shape else []
        x = rng.standard_normal(dims)
        if is_complex(what):
            x = x + 1j * rng.standard_normal(dims)
        x = structured(x, what, rng)
        case.values[name] = x if dims else x.item() if is_complex(what) \
            else float(x)
    for name in case.by if 'hessvec' in case.want else []:
        case.values['d' + name] = rng.standard_normal(
            np.shape(case.values[name]))


def arguments(case, names):
    """The values for a function's parameters: the inputs in their order, then
    the sizes that no input has."""
    given = [case.values[n] for n in case.inputs]
    return given + [size_of(n) for n in names[len(given):]]


def size_of(name):
    return SIZES[name.rstrip('_')]


def flat(x):
    return np.asarray(x).reshape(-1, order='F')


def number_array(x):
    return np.asarray(x, dtype=complex if np.iscomplexobj(x) else float)


def close(a, b, tolerance):
    a, b = number_array(a), number_array(b)
    if a.shape != b.shape:
        return False
    scale = max(1.0, np.max(np.abs(b)) if b.size else 0)
    return bool(np.max(np.abs(a - b), initial=0) <= tolerance * scale)


# --- Nabla

def task(case):
    words = [case.text, '-d', case.decl, '--no-verify', '--want', case.want]
    return words + (['--wrt', ','.join(case.by)] if case.by else [])


def labels(case, scalar):
    for want in case.want.split(','):
        if want == 'value':
            yield want
        elif want != 'gradient':
            yield '%s %s' % (want, case.by[0])
        else:
            for name in case.by:
                yield '%s %s' % ('gradient' if scalar else 'jacobian', name)


def evaluate(nabla, case, folder, scalar):
    """What the executor computes, by files; None and why."""
    command = [nabla, 'eval'] + task(case)
    names, paths = list(labels(case, scalar)), []
    for name in case.inputs:
        path = os.path.join(folder, 'in_%d.npy' % len(paths))
        np.save(path, case.values[name])
        command += ['--data', '%s=%s' % (name, path)]
        paths.append(path)
    for name in case.sizes:
        command += ['--data', '%s=%d' % (name, SIZES[name])]
    outs = [os.path.join(folder, 'out_%d.npy' % k) for k in range(len(names))]
    for label, out in zip(names, outs):
        command += ['-o', out if len(outs) == 1 else label + '=' + out]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode != 0:
        return None, run.stderr
    return [np.load(out) for out in outs], ''


def emit(nabla, case, language, folder):
    """The path of the code, in a file that is called as MATLAB wants it;
    NULL and '': the language lacks something, and says so."""
    path = os.path.join(folder, language, 'f_%s.%s' %
                        (case.name, SUFFIX.get(language, 'py')))
    run = subprocess.run([nabla, 'emit'] + task(case) +
                         ['--to', language, '--name', 'f_' + case.name,
                          '-o', path], capture_output=True, text=True)
    if run.returncode == 2 and ' lacks ' in run.stderr:
        return None, ''
    return (path if run.returncode == 0 else None), run.stderr
