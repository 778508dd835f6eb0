# nabla emit: each language on one expression, by the lines that matter.
$ nabla emit "log(det(X'*A*X))" --wrt X -d "A: [n,n] posdef; X: [n,m]" --to numpy | sed -n '/def /,$p' | grep -v '^    [a-zA-Z]*:'
> def f(A, X):
>     r"""value, gradient X of log(det(X'*A*X))
> 
>     Vectors have one axis.
> 
>     returns value: scalar
>     and gradient_X: [n,m]
>     """
>     T1 = A @ X
>     L = np.linalg.cholesky(X.T @ T1)
>     value = 2 * np.sum(np.log(np.diag(L)))
>     gradient_X = 2 * cho_solve((L, True), T1.T, check_finite=False).T
>     return value, gradient_X
$ nabla emit "log(det(X'*A*X))" --wrt X --to jax --name g | grep -E '^(def g|import)|logdet\(lu'
> import jax.numpy as jnp
> import jax.scipy.linalg
> def lu_logdet(lu):
> def g(X, A):
>     value = lu_logdet(lu)
$ nabla emit "log(det(X'*A*X))" --wrt X --to torch | grep -E '^(def f|import)|logdet\(lu'
> import torch
> def lu_logdet(lu):
> def f(X, A):
>     value = lu_logdet(lu)
$ nabla emit "log(det(X'*A*X))" --wrt X --to julia | grep -E '^function|logdet\(F|lu\('
> function f(X, A)
>     F = lu(X' * T1)
>     value = logdet(F)
$ nabla emit "log(det(X'*A*X))" --wrt X --to matlab | grep -E '^function|lu\('
> function [value, gradient_X] = f(X, A)
>     [L, U, P] = lu(X' * T1);
> function y = lu_logdet(U, P)
$ nabla emit "log(det(X'*A*X))" --wrt X --to c | grep -E '^ \* +[-0-9]+:|^int f\('
>  *     1: X'*A*X is singular
>  *     2: log(det(X'*A*X)) is the logarithm of a negative determinant
>  *     -1: a size is 0, or beyond what BLAS can take
> int f(size_t n, size_t m, const double *restrict X, const double *restrict A,
> int f(size_t n, size_t m, const double *restrict X, const double *restrict A,
# Solves, no inverses; as one writes it
$ nabla emit "tr(inv(X)*A)" -d "X: [n,n]; A: [n,n]" --wrt X --to numpy | tail -n 5
>     lu = lu_factor(X, check_finite=False)
>     T1 = lu_solve(lu, A, check_finite=False)
>     value = np.trace(T1)
>     gradient_X = -lu_solve(lu, T1.T, trans=1, check_finite=False)
>     return value, gradient_X
$ nabla emit "a'*inv(L)*b + b'*inv(U)'*a" -d "L: [n,n] lower; U: [n,n] upper; a: [n]; b: [n]" --wrt a --to matlab | grep =
> function [value, gradient_a] = f(L, U, a, b)
>     t1 = L \ b;
>     t2 = U \ b;
>     gradient_a = t1 + t2;
>     value = a' * t1 + a' * t2;
$ nabla emit "norm(X*b-y)^2 + lam*norm(b)^2" -d "X: [m,n]; b: [n]; y: [m]; lam: scalar" --wrt b --want hessian --to julia | grep "return "
>     return 2 * (lam * I + X' * X)
$ nabla emit "log(sum(exp(W*x))) - y'*W*x" -d "y: [k]; W: [k,n]; x: [n]" --wrt x --want gradient --to torch | tail -n 3
>     t1 = W @ x
>     t2 = torch.exp(t1 - torch.max(t1))
>     return W.T @ (t2 / torch.sum(t2) - y)
# What is wanted
$ nabla emit "x'*A*x" --wrt x --want hessian --to numpy | tail -n 1
>     return A + A.T
$ nabla emit "sum(exp(A*x))" --wrt x --want hessvec --to numpy | grep -E 'def|return'
> def f(A, x, dx):
>     returns hessvec_x: [m]
>     return A.T @ (A @ dx * np.exp(A @ x))
$ nabla emit "x'*x" --to matlab --want value | head -n 1
> function value = f(x)
# Files: the function is called as the file
$ d=$(mktemp -d) && nabla emit "x'*x" --to matlab -o $d/sumsq.m && head -n 1 $d/sumsq.m; rm -r $d
> function value = sumsq(x)
$ d=$(mktemp -d) && nabla emit "x'*x" --to numpy -o $d/sumsq.py --name q && grep def $d/sumsq.py; rm -r $d
> def q(x):
$ nabla emit "x'*x" --to numpy -o - | grep ^def
> def f(x):
$ nabla emit "x'*x" --to c -o /nowhere/f.c
! this file cannot be written: /nowhere/f.c
? 3
$ nabla emit "x'*x" --to c >/dev/full
! cannot be written
? 3
# Names that mean something there
$ nabla emit "lambda*(def'*None)" -d "lambda: scalar; def: [n]; None: [n]" --to numpy | grep -E 'def |return '
> def f(lambda_, def_, None_):
>     return lambda_ * (def_ @ None_)
$ nabla emit "int*(work'*restrict)" -d "int: scalar; work: [n]; restrict: [n]" --to c | grep -A 2 '^int f(' | head -n 3
> int f(size_t n, double int_, const double *restrict work_,
>       const double *restrict restrict_, double *restrict value,
>       double *restrict work);
$ nabla emit "a*(end'*i)" -d "a: scalar; end: [n]; i: [n]" --to julia | grep -E '^function|return '
> function f(a, end_, i)
>     return a * dot(end_, i)
# Errors
$ nabla emit "x'*x"
! in which language?
!   --to julia   Julia
? 2
$ nabla emit "x'*x" --to nunpy
! --to does not take nunpy
! did you mean --to numpy?
? 2
$ nabla emit "x'*x" --to fortran
! --to does not take fortran
!   --to matlab  MATLAB, also Octave
? 2
$ nabla emit "x'*" --to c
! an operand is missing after *
? 2
$ nabla emit "eigvec(A,1)" --to c
! code in C lacks eigenvectors of a matrix that is not declared symmetric
! another language may have it
? 2
$ nabla emit "A'*z" -d "z: [n] complex; A: [n,m] complex" --to numpy | tail -n 1
>     return A.conj().T @ z
$ nabla emit "A'*z" -d "z: [n] complex; A: [n,m] complex" --to matlab | tail -n 2
>     value = A' * z;
> end
$ nabla emit "A^T*z" -d "z: [n] complex; A: [n,m] complex" --to julia | tail -n 2
>     return transpose(A) * z
> end
$ nabla emit "eigvecs(H)" -d "H: [n,n] hermitian" --to numpy
! no code can be written for this expression
? 2
$ nabla emit "f(x)" -d "f(x: [n]): scalar" --to numpy
! f is an unknown function: it has no numbers
? 2
$ nabla emit "X*x" --wrt X --want hessian --to numpy
! a Hessian is one of a scalar
? 2
$ nabla emit "x'*x" --wrt x --want curl --to numpy
! it is one of value, gradient, hessian, hessvec
? 2
