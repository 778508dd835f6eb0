"""others: MATLAB's code in Octave; Julia's, where there is no Julia, by its
form."""
import os
import re
import shutil
import subprocess

import numpy as np

from cases import arguments, close, flat


# --- Octave

def literal(x):
    if np.iscomplexobj(x):
        return 'complex(%s, %s)' % (literal(np.real(x)), literal(np.imag(x)))
    x = np.asarray(x, dtype=float)
    if x.ndim == 0:
        return repr(float(x))
    if x.ndim == 1:
        x = x[:, None]
    return '[' + '; '.join(' '.join(repr(float(v)) for v in r)
                           for r in x) + ']'


def octave_call(case, path):
    with open(path) as f:
        head = re.sub(r' *\.\.\.\s*', ' ', f.read())
    name, names = re.search(r'= *(\w+)\((.*?)\)', head).groups()
    given = [literal(x) for x in arguments(case, names.split(', '))]
    outs = ', '.join('o%d' % k for k in range(len(case.results)))
    yield 'try\n[%s] = %s(%s);' % (outs, name, ', '.join(given))
    for k in range(len(case.results)):
        yield ("printf('%s %d %%d %%d', size(o%d));\nprintf(' %%.17g', o%d); "
               "if ~isreal(o%d), printf(' i'); printf(' %%.17g', imag(o%d)); "
               "end\nprintf('\\n');" % (case.name, k, k, k, k, k))
    yield "catch e\nprintf('%s error %%s\\n', e.message);\nend" % case.name


def numbers_of(words):
    """Real parts, and behind an i the imaginary ones."""
    n = words.index('i') if 'i' in words else len(words)
    x = np.array([float(v) for v in words[:n]])
    return x + 1j * np.array([float(v) for v in words[n + 1:]]) \
        if n < len(words) else x


def shape_of(x):
    return (list(np.shape(x)) + [1, 1])[:2]


def run_octave(cases, files, folder, check):
    octave = shutil.which('octave-cli') or shutil.which('octave')
    if not octave:
        print('skipped: there is no Octave for MATLAB')
        return
    path = os.path.join(folder, 'matlab', 'all_cases.m')
    with open(path, 'w') as f:
        f.write("warning('off', 'all');\n")
        for case in cases:
            if case.name in files:
                f.write('\n'.join(octave_call(case, files[case.name])) + '\n')
    run = subprocess.run([octave, '--no-gui', '--norc', '-q', path],
                         capture_output=True, text=True,
                         cwd=os.path.join(folder, 'matlab'))
    got = {}
    for line in run.stdout.splitlines():
        part = line.split()
        if len(part) > 1 and part[1] == 'error':
            check(False, 'Octave: ' + line)
        elif len(part) > 3:
            got[part[0], int(part[1])] = part[2:]
    for case in cases:
        for k, want in enumerate(case.results if case.name in files else []):
            text = got.get((case.name, k), ['0', '0', 'nan'])
            check([int(text[0]), int(text[1])] == shape_of(want) and
                  close(numbers_of(text[2:]), flat(want), 1e-11),
                  '%s: output %d of Octave %s' % (case.name, k,
                                                  run.stderr[-200:]))


# --- Julia

KNOWN = set('''using LinearAlgebra SpecialFunctions function return end I dims
 sum prod maximum minimum max min exp log sqrt abs sign sin cos tan asin acos
 atan sinh cosh tanh log1p expm1 erf sigmoid softplus diagm diag dot kron tril
 triu inv det logdet logabsdet cholesky lu LowerTriangular UpperTriangular
 Symmetric Diagonal vec reshape copy pinv eigvals eigvecs svd svdvals sort imag opnorm norm
 Matrix zeros ones fill size tr length L x pi e real NaN ifelse Float64
 permutedims mod for in im conj imag complex transpose Hermitian
 phase'''.split())
PAIRS = {')': '(', ']': '['}


def balanced(text):
    stack = []
    for ch in text:
        if ch in '([':
            stack.append(ch)
        elif ch in ')]' and (not stack or stack.pop() != PAIRS[ch]):
            return False
    return not stack


def check_julia(case, path, check):
    with open(path) as f:
        code = re.sub(r'#.*', '', f.read())
    check(balanced(code), '%s: brackets of Julia' % case.name)
    check(not re.search(r"-\w+'? \\", code), # factors have no sign
          '%s: Julia negates before it solves' % case.name)
    known = set(KNOWN)
    for name, names in re.findall(r'^function (\w+)\(([^)]*)\)', code, re.M):
        known |= {name} | set(re.split(r',\s*', names))
    known.update(re.findall(r'\b(\w+) in 1:', code))
    known.update(re.findall(r'^\s*(\w+) = ', code, re.M))
    known.update(re.findall(r'\b(\w+)(?=\(x\) = )', code))
    for word in re.findall(r'(?<![\w.:])[A-Za-z_]\w*', code):
        check(word in known, '%s: Julia does not know %s' % (case.name, word))
