# LaTeX is read wherever an expression is.
$ nabla diff '\log\det(X^\top A X)' X -d "A: [n,n] symmetric"
> 2*A*X*inv(X'*A*X)
$ nabla diff '\frac12\|A x - b\|_2^2 + \lambda \|x\|_1' x
> A'*(A*x - b) + lambda*sign(x)
$ nabla hess '\log\sum_{i} \exp(x_i)' x -d "x: [n]"
> diag(softmax(x)) - softmax(x)*softmax(x)'
$ nabla diff '\left\lVert \mathbf{A}\mathbf{x}-\mathbf{b}\right\rVert^2' '\mathbf{x}'
> 2*A'*(A*x - b)
$ nabla diff 'tr(A X)' X --from latex
> A'
$ nabla diff 'A\b' b
> inv(A)
$ nabla diff '\log\det(X^\top A X' X
! this bracket is never closed
!   \log\det(X^\top A X
!           ^
? 2
$ nabla diff '\foo{x}' x
! \foo is no command that is read here
? 2
