# Each kind of wrong input: one message, the place, the mend.
$ nabla diff "x'*A*y +" x
! an operand is missing
? 2
$ nabla diff "A*B" A -d "A: [n,m]; B: [p,q]"
! A is [n,m], B is [p,q]: A*B needs m = p
? 2
$ nabla diff "A*B" A -d "A: [n,m]; B: [n,q]"
! did you mean A'*B?
? 2
$ nabla diff "logdett(X)" X
! did you mean logdet?
? 2
$ nabla dif "x" x
! did you mean diff?
? 2
$ nabla diff "x'*(A*x" x
! never closed
? 2
$ nabla diff "x'*x" x --too text
! there is no option
? 2
$ nabla diff "x'*x" x --to tex
! it is one of text, unicode, latex, json
? 2
$ nabla diff "t + A" A -d "A: [n,n]; t: scalar"
! .+
? 2
$ nabla diff "x^2" x -d "x: [n]"
! .^2
? 2
$ nabla diff "tr(A)" A -d "A: [n,m]"
! needs a square matrix
? 2
$ nabla diff "x" x -d "x: [n] symetric"
! did you mean symmetric?
!   x: [n] symetric
!          ^~~~~~~~
? 2
$ nabla diff "x" x -d "x: [n]; x: [m]"
! declared already
? 2
$ nabla grad "A*x" x
! use jac
? 2
$ nabla check "x"
! there is no ==
? 2
$ nabla diff
! there is no expression
? 2
$ nabla diff "$(printf '(%.0s' {1..100000})" x
! more tokens than the limit tokens = 100000
? 3
$ nabla diff "$(printf '(%.0s' {1..20000})x$(printf ')%.0s' {1..20000})" x
! nested deeper than
? 3
$ nabla diff "$(printf 'x^%.0s' {1..20000})2" x
! nested deeper than the limit depth
? 3
$ nabla diff "$(printf '{%.0s' {1..9000})" x --from latex
! nested deeper than the limit
? 3
$ nabla diff "$(printf '1%.0s' {1..20000})*x" x
! digits = 1000
? 3
$ nabla diff "$(printf 'x%.0s' {1..20000})" x
! a name longer than the limit name = 63 bytes
? 3
$ head -c 2000000 /dev/zero | tr '\0' x | nabla diff -f - x
! an input longer than the limit input
? 3
$ nabla diff -f /dev/zero x
! this file is longer than
? 2
$ printf 'x: [n]\nx\0y' | nabla diff -f - x
! this file is not a text
? 2
$ printf 'x: [n]\n\377\376x' | nabla diff -f - x
! UTF-8
? 2
$ nabla diff "x‮y" x
! means nothing here
? 2
$ nabla diff "日本*x" x
! means nothing here
!   ^
? 2
$ nabla diff "tr(X^1000000)" X -d "X: [n,n]"
! an explicit power above the limit power = 4096
! declare a symbol as in 'k: integer'
? 3
$ nabla diff "x[99999999999999999999]" x
! an index must be made of integers
? 2
$ nabla diff "x" x -d "x: [1000000000000]"
! a dimension must be made of names and whole numbers
? 2
$ nabla diff "x" x -d "x: [0]"
! a dimension must be at least 1
? 2
$ nabla diff "x'*x" x -d "x: [n-10]"
> 2*x
$ nabla diff "X" X -d "X: [n,n] singular invertible"
! X cannot be invertible and singular
? 2
$ nabla diff "f(x)" x -d "f(u: [n]): [n]; f(v: [m]): scalar"
! f is declared already
? 2
$ nabla diff "Y" t -d "Y(t): [n,n]"
! t is not declared
? 2
$ nabla diff "x'*x" x --seed -1
! it is a whole number of at most 18 digits
? 2
$ nabla diff "-$(printf -- '-%.0s' {1..5000})" x
! there is no option ----
! ...
? 2
$ nabla diff "$(printf 'x+%.0s' {1..300})*x" x
! an operand is missing after +
!   ...+x+x
? 2
$ nabla diff "adj(K)" K -d "K: [n,n] skew"
! the adjugate of a skew matrix
! where the order is even it is det(K)*inv(K)
? 2
$ nabla check "== x"
! the left side of the equation is empty
? 2
$ nabla diff "d(x,x,x,x,x,x,x,x,x,x,x,x)" x
! d does not take 12 arguments
? 2

# Functions of numbers that have no value
$ nabla diff "log(1-2)*t" t -d "t: scalar"
! log(1 - 2) has no real value
!   log(1-2)*t
!   ^~~~~~~~
! --no-verify shows the formal derivative
? 2
