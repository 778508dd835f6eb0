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
