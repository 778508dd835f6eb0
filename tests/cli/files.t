# Files, lists of variables, what an option takes.
$ printf 'A: [n,n] symmetric # of a form\nx: [n]\n' | nabla diff -f - "x'*A*x" x
> 2*A*x
$ printf 'A: [n,n] symmetric; x: [n]\nx'"'"'*A*x\nx'"'"'*T1 where T1 = A*x; T2 = x\n' | nabla diff -f - x
> 2*A*x
> 2*A*x
$ printf 'X: [n,n]; tr(X*\n  X)\n' | nabla diff -f - X
> 2*X'
$ printf 'k: integer; X: [n,n]; a: [n]\nsum(r=0:k-1, a[i]*2)\n' | nabla diff -f - a[i]
> 2*k
$ printf 'X: [n,m]\n\n  X: [n,n]\n' | nabla diff -f - "tr(X)" X
!   X: [n,n]
!   ^
? 2
$ nabla diff -f /nowhere x x
! this file cannot be read: /nowhere
? 2
$ nabla diff -f / x x
! this file cannot be read: /
? 2
$ printf 'x\0y' | nabla diff -f - x
! this file is not a text
? 2
$ nabla hess "x'*A*y" x, y
> A
$ nabla grad "x'*A*y" x,y
> x: A*y
> y: A'*x
$ nabla diff "x'*x" x --no-verify=1
! this option takes no value
? 2
$ nabla gard "x'*x" x
! did you mean grad?
? 2
$ nabla diff "x'*x" x --sturcture none
! did you mean --structure?
? 2
$ nabla diff "x'*x" x --color sometimes
! it is one of auto, always, never
? 2
$ nabla diff "x +" x --color always 2>&1 | tr '\033' '@'
> nabla: @[1;31merror:@[0m an operand is missing after +
>   x +
>     @[1;31m^@[0m
>   write it there, or leave this out
$ nabla diff "α*x′ +" x 2>&1 | sed -n 2,3p
>   α*x′ +
>        ^
$ nabla diff "x'*x" x >/dev/full
! the answer cannot be written
? 3
$ nabla
! there is no command
? 2
$ nabla diff -- "-x'*x" x
> -2*x
