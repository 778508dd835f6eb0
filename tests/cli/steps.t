# The derivation, line by line.
$ nabla diff "log(det(X'*A*X))" X --steps
> d(log(det(X'*A*X))) = d(det(X'*A*X))/det(X'*A*X)    # log
>   = tr(d(X'*A*X)*adj(X'*A*X))/det(X'*A*X)    # det, Matrix Cookbook (41), (46)
>   = tr((dX'*A*X + X'*A*dX)*adj(X'*A*X))/det(X'*A*X)    # product rule, Matrix Cookbook (37)
>   = tr(inv(X'*A*X)*(X'*A*dX + dX'*A*X))    # simplified
> derivative: A*X*inv(X'*A*X) + A'*X*inv(X'*A*X)'    # read off: df = tr(G'*dX)
> A*X*inv(X'*A*X) + A'*X*inv(X'*A*X)'
$ nabla jac "tanh(W*x+b)" x --steps
> d(tanh(W*x + b)) = W*dx.*(1 .- tanh(W*x + b).^2)    # tanh
> derivative: (1 .- tanh(W*x + b).^2).*W    # read off: df = J*dx
> (1 .- tanh(W*x + b).^2).*W
$ nabla diff "x'*x" x --steps --to latex
> \begin{align*}
> \mathrm{d}\left(x^{\top} x\right) &= \mathrm{d}x^{\top} x + x^{\top} \mathrm{d}x && \text{product rule, Matrix Cookbook (37)} \\
>   &= 2 x^{\top} \mathrm{d}x && \text{simplified} \\
> &\text{derivative: } 2 x && \text{read off: df = tr(G'*dx)} \\
> \end{align*}
> 2 x
$ nabla hess "x'*x" x --steps
! later version
? 2
